import { defineConfig } from "vitest/config"

export default defineConfig({
  // Inside the tree our own package name means the sources, not the compiled files of `npm pack`.
  resolve: { conditions: ["stella-source", "node", "import", "module", "default"] },
  ssr: { resolve: { conditions: ["stella-source", "node", "import", "module", "default"] } },
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    coverage: {
      provider: "v8",
      include: ["src/**/*.ts", "mirror/**/*.ts", "appliance/**/*.ts", "ui/contract/**/*.ts"],
      exclude: ["**/*.d.ts"],
      thresholds: { "src/formats/**": { branches: 100 }, "src/verify/**": { branches: 100 } },
      reporter: ["text-summary", "json-summary", "html"],
    },
  },
})
