// Lint rules. Warnings do not exist: `npm run lint` fails on the first one, and no file can switch a rule off for itself.
import reactHooks from "eslint-plugin-react-hooks"
import tsdoc from "eslint-plugin-tsdoc"
import { defineConfig } from "eslint/config"
import js from "@eslint/js"
import tseslint from "typescript-eslint"

// Rooms that may touch the machine: files called *.node.ts, the command line, and what is never part of the product's core.
const MAY_TOUCH_THE_WORLD = [
  "**/*.node.ts",
  "appliance/compose.ts",
  "appliance/cli/**",
  "kit-scripts/**",
  "packaging/**",
  "bench/**",
  "test/**",
  "*.config.ts",
  // The window: its clock, storage and requests come from these few files.
  "ui/app/browser/**",
  "ui/app/gallery/**",
]
const MAY_PRINT = ["appliance/cli/**", "kit-scripts/**", "bench/**", ".ci/**"]

const NO_DEFAULT_EXPORT = [
  { selector: "ExportDefaultDeclaration", message: "No default exports: a name says what the value is everywhere." },
  {
    selector: "ExportSpecifier[exported.name='default']",
    message: "No default exports: a name says what the value is everywhere.",
  },
]
const port = name => `The world comes in through ports (src/kernel/ports.ts): use ${name}.`
const NO_CLOCK = [
  {
    selector: "NewExpression[callee.name='Date'][arguments.length=0]",
    message: port("the Clock port, once an operation"),
  },
  { selector: "CallExpression[callee.name='Date']", message: port("the Clock port, once an operation") },
  {
    selector: "MemberExpression[object.name='Date'][property.name='now']",
    message: port("the Clock port, once an operation"),
  },
  { selector: "MemberExpression[object.name='Math'][property.name='random']", message: port("the Random port") },
]
const WORLD_GLOBALS = [
  ["process", "a composed port"],
  ["Buffer", "Uint8Array and src/kernel/bytes.ts"],
  ["fetch", "the Http port"],
  ["XMLHttpRequest", "the Http port"],
  ["WebSocket", "the Http port"],
  ["localStorage", "a composed port"],
  ["indexedDB", "a composed port"],
  ["performance", "the Clock port"],
  ["setTimeout", "the Clock port"],
  ["setInterval", "the Clock port"],
  ["setImmediate", "the Clock port"],
  ["require", "an import"],
  ["globalThis", "a composed port"],
].map(([name, instead]) => ({ name, message: port(instead) }))

export default defineConfig(
  { ignores: ["node_modules/", "dist/", "coverage/", ".cache/", "kit-scripts/judges/"] },
  { linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: "error" } },
  js.configs.recommended,
  {
    files: ["**/*.ts", "**/*.tsx"],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { tsdoc },
    rules: {
      "tsdoc/syntax": "error",
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "separate-type-imports" }],
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: false },
      ],
      // Numbers in messages are what people read; objects and undefined are not.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      // A port's method is asynchronous by contract even where one implementation has nothing to wait for.
      "@typescript-eslint/require-await": "off",
    },
  },
  {
    files: ["ui/app/**/*.tsx", "ui/app/**/*.ts"],
    plugins: { "react-hooks": reactHooks },
    rules: { "react-hooks/rules-of-hooks": "error" },
  },
  {
    files: ["**/*.js", "**/*.mjs"],
    languageOptions: { globals: { process: "readonly", console: "readonly", URL: "readonly", setTimeout: "readonly" } },
  },
  { files: ["**/*.ts", "**/*.tsx", "**/*.js", "**/*.mjs"], rules: { "no-console": "error", eqeqeq: "error" } },
  {
    files: ["src/**/*.ts", "mirror/**/*.ts", "appliance/**/*.ts", "ui/contract/**/*.ts"],
    ignores: ["src/kernel/json.ts", "src/kernel/json-text.ts"],
    rules: {
      "no-restricted-properties": [
        "error",
        {
          object: "JSON",
          property: "parse",
          message:
            "Use readJson (src/kernel/json.ts): the host keeps the last of repeated keys and mixes up escaped ones.",
        },
      ],
    },
  },
  { files: MAY_PRINT, rules: { "no-console": "off" } },
  {
    files: ["**/*.ts", "**/*.tsx", "**/*.mjs"],
    ignores: MAY_TOUCH_THE_WORLD,
    rules: {
      "no-restricted-globals": ["error", ...WORLD_GLOBALS],
      "no-restricted-syntax": ["error", ...NO_DEFAULT_EXPORT, ...NO_CLOCK],
    },
  },
  {
    files: MAY_TOUCH_THE_WORLD,
    ignores: ["*.config.ts"],
    rules: { "no-restricted-syntax": ["error", ...NO_DEFAULT_EXPORT] },
  },
  // The bundler gives the address of a worker this name, and no other.
  { files: ["ui/app/hashing/worker-address.d.ts"], rules: { "no-restricted-syntax": "off" } },
  { files: [".ci/**"], rules: { "no-restricted-globals": "off", "no-restricted-syntax": "off" } },
)
