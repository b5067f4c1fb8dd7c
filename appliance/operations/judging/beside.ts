/** Where evidence lies beside a file: its name with one of these endings, in the order of preference (sigstore's own). */
export const BESIDE = [".sigstore.json", ".sigstore"] as const
