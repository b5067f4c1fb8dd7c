/**
 * The public key that Google Cloud Build's builtByGCB key in us-west2 has, which the corpus names by key id only:
 * projects/verified-builder/locations/us-west2/keyRings/attestor/cryptoKeys/builtByGCB/cryptoKeyVersions/1.
 * As published with slsa-verifier (verifiers/internal/gcb/keys/materials/us-west2.key). SubjectPublicKeyInfo, base64.
 */
export const GCB_US_WEST2_SPKI =
  "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEw/gdczl7qDD4ww9B6WmJ6++/hQ5Smdw/1RBcwNNQE9qN0O+DilRE9/AjH7OvJUhNznOzEzH7mFq5mNdmUjYlXg=="
