// A retained judge of Stella Attestor (Apache-2.0). Generated; kept by digest, never edited.

// src/kernel/bytes.ts
var encoder = new TextEncoder();
var decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
function utf8(text2) {
  return encoder.encode(text2);
}
var SHORT = 48;
function fromUtf8(bytes) {
  if (bytes.length <= SHORT) {
    let text2 = "";
    let i = 0;
    for (let b = bytes[0]; b !== void 0 && b < 128; b = bytes[++i]) text2 += String.fromCharCode(b);
    if (i === bytes.length) return text2;
  }
  try {
    return decoder.decode(bytes);
  } catch {
    return void 0;
  }
}
function equalBytes(a, b) {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
function compareBytes(a, b) {
  const n = Math.min(a.length, b.length);
  for (let i = 0; i < n; i++) {
    const d = a[i] - b[i];
    if (d !== 0) return d;
  }
  return a.length - b.length;
}
function copyBytes(bytes) {
  return new Uint8Array(bytes);
}
function concatBytes(...parts) {
  let length = 0;
  for (const p of parts) length += p.length;
  const out = new Uint8Array(length);
  let at3 = 0;
  for (const p of parts) {
    out.set(p, at3);
    at3 += p.length;
  }
  return out;
}
var native = Uint8Array;
var { toHex: nativeToHex, toBase64: nativeToBase64 } = native.prototype;
var HEX = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, "0"));
function toHex(bytes) {
  return nativeToHex === void 0 ? hexOf(bytes) : nativeToHex.call(bytes);
}
function hexOf(bytes) {
  let out = "";
  for (const b of bytes) out += HEX[b];
  return out;
}
function fromHex(text2) {
  if (text2.length % 2 !== 0 || !/^[0-9a-f]*$/.test(text2)) return void 0;
  const out = new Uint8Array(text2.length / 2);
  for (let i = 0; i < out.length; i++) out[i] = parseInt(text2.slice(2 * i, 2 * i + 2), 16);
  return out;
}
var ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
var ENCODE = Array.from(ALPHABET, (c) => c.charCodeAt(0));
function table(alphabet) {
  const t = new Int16Array(128).fill(-1);
  for (let i = 0; i < 64; i++) t[alphabet.charCodeAt(i)] = i;
  return t;
}
var STANDARD = table(ALPHABET);
var URL_SAFE = table(ALPHABET.slice(0, 62) + "-_");
function decode64(text2, values, padding) {
  let end = text2.length;
  if (end > 0 && text2.charCodeAt(end - 1) === 61) end -= text2.charCodeAt(end - 2) === 61 ? 2 : 1;
  const padded = end !== text2.length;
  if ((padded || padding === "required") && text2.length % 4 !== 0) return void 0;
  const tail = end % 4;
  if (tail === 1) return void 0;
  const out = new Uint8Array(Math.floor(end * 3 / 4));
  let at3 = 0;
  let i = 0;
  let bad = 0;
  for (; i + 4 <= end; i += 4) {
    const a = values[text2.charCodeAt(i)] ?? -1;
    const b = values[text2.charCodeAt(i + 1)] ?? -1;
    const c = values[text2.charCodeAt(i + 2)] ?? -1;
    const d = values[text2.charCodeAt(i + 3)] ?? -1;
    bad |= a | b | c | d;
    const word = a << 18 | b << 12 | c << 6 | d;
    out[at3] = word >> 16;
    out[at3 + 1] = word >> 8;
    out[at3 + 2] = word;
    at3 += 3;
  }
  if (tail !== 0) {
    const a = values[text2.charCodeAt(i)] ?? -1;
    const b = values[text2.charCodeAt(i + 1)] ?? -1;
    const c = tail === 3 ? values[text2.charCodeAt(i + 2)] ?? -1 : 0;
    bad |= a | b | c;
    if ((tail === 2 ? b & 15 : c & 3) !== 0) return void 0;
    out[at3] = a << 2 | b >> 4;
    if (tail === 3) out[at3 + 1] = b << 4 | c >> 2;
  }
  return bad < 0 ? void 0 : out;
}
function fromBase64(text2) {
  if (native.fromBase64 === void 0) return decodeBase64(text2);
  try {
    const bytes = native.fromBase64(text2, { lastChunkHandling: "strict" });
    return text2.length === Math.ceil(bytes.length / 3) * 4 ? bytes : void 0;
  } catch {
    return void 0;
  }
}
function decodeBase64(text2) {
  return decode64(text2, STANDARD, "required");
}
function fromBase64Url(text2) {
  return decode64(text2, URL_SAFE, "optional");
}
function fromBase64Either(text2) {
  return fromBase64(text2) ?? fromBase64Url(text2);
}
function toBase64(bytes) {
  return nativeToBase64 === void 0 ? encodeBase64(bytes) : nativeToBase64.call(bytes);
}
function encodeBase64(bytes) {
  const out = new Uint8Array(Math.ceil(bytes.length / 3) * 4);
  let at3 = 0;
  for (let i = 0; i < bytes.length; i += 3) {
    const a = bytes[i];
    const b = bytes[i + 1] ?? 0;
    const c = bytes[i + 2] ?? 0;
    out[at3++] = ENCODE[a >> 2];
    out[at3++] = ENCODE[(a & 3) << 4 | b >> 4];
    out[at3++] = i + 1 < bytes.length ? ENCODE[(b & 15) << 2 | c >> 6] : 61;
    out[at3++] = i + 2 < bytes.length ? ENCODE[c & 63] : 61;
  }
  return decoder.decode(out);
}
function u64be(value) {
  const out = new Uint8Array(8);
  new DataView(out.buffer).setBigUint64(0, value);
  return out;
}

// src/kernel/errors.ts
var ERRORS = {
  INTERNAL: { exit: 1, http: 500, hint: "this is a defect in Stella; keep the message and the input and report it" },
  USAGE: { exit: 2, http: 400, hint: "see `stella help` for the commands and their flags", sharesExit: true },
  CONFIG_INVALID: { exit: 2, http: 400, hint: "correct the named setting and try again", sharesExit: true },
  POLICY_INVALID: { exit: 2, http: 400, hint: "correct the policy document; docs/formats/policy.md describes every member", sharesExit: true },
  INPUT_UNREADABLE: { exit: 2, http: 400, hint: "check that the named file exists, can be read and is within the stated size", sharesExit: true },
  INPUT_MALFORMED: { exit: 2, http: 400, hint: "the named document is not in the form it claims; ask its producer for a correct copy", sharesExit: true },
  OUTPUT_REFUSED: { exit: 2, http: 400, hint: "name a place that can be written and holds no such file; nothing is ever overwritten", sharesExit: true },
  NOT_FOUND: { exit: 2, http: 404, hint: "there is nothing at this address; /api/v1/openapi.json lists what there is", sharesExit: true },
  METHOD_REFUSED: { exit: 2, http: 405, hint: "this address is asked in another way; /api/v1/openapi.json says how", sharesExit: true },
  BODY_TYPE_REFUSED: { exit: 2, http: 415, hint: "send application/json, or multipart/form-data when files go with it", sharesExit: true },
  BODY_TOO_LARGE: { exit: 2, http: 413, hint: "send less at once; the limits are in docs/formats/http-api.md", sharesExit: true },
  BODY_TOO_SLOW: { exit: 2, http: 408, hint: "the request did not arrive in time; send it again over a better line", sharesExit: true },
  ORIGIN_REFUSED: { exit: 2, http: 403, hint: "ask under the service's own address; it answers no page of another origin", sharesExit: true },
  IDEMPOTENCY_CONFLICT: { exit: 2, http: 409, hint: "this Idempotency-Key was used for another request; choose a new one", sharesExit: true },
  FINDINGS: { exit: 3, http: 200, hint: "the work is done; read the findings, each names what would close it" },
  NOT_PROVEN: { exit: 10, http: 422, hint: "a required check did not run or its evidence is missing; see the report's unmet requirements" },
  SIGNATURE_INVALID: { exit: 11, http: 422, hint: "do not install; ask the producer to sign again and to send the evidence again" },
  SIGNER_UNTRUSTED: { exit: 12, http: 422, hint: "the signing key or certificate is not trusted here; check that the trusted root is the right one and recent enough" },
  IDENTITY_MISMATCH: { exit: 13, http: 422, hint: "signed by somebody else than asked for; compare the identity and issuer in the report with what you expect" },
  SUBJECT_MISMATCH: { exit: 14, http: 422, hint: "this evidence is about another artifact; compare the digests in the report" },
  PROOF_INVALID: { exit: 15, http: 422, hint: "the transparency log proof does not hold; fetch the evidence again and keep this copy for investigation" },
  TIME_INVALID: { exit: 16, http: 422, hint: "a time proof does not hold, or lies outside the validity of a key or certificate" },
  SPLIT_VIEW: { exit: 17, http: 409, hint: "the log has shown two faces; stop relying on it and hand the equivocation file to your security officer" },
  EVIDENCE_MALFORMED: { exit: 18, http: 422, hint: "the evidence breaks the rules of its own format; ask the producer for a correct copy" },
  REPLAY_DIFFERS: { exit: 19, http: 409, hint: "the saved Report is not what judging the saved Case gives; treat the stored copy as altered" },
  NOT_COMPARABLE: { exit: 19, http: 409, hint: "the Report was made by a judge version that is not kept here; bring that judge on the next medium", sharesExit: true },
  MEDIA_UNREADABLE: { exit: 20, http: 422, hint: "the medium cannot be read; clean or replace it, or ask for a repair set" },
  MEDIA_TAMPERED: { exit: 21, http: 422, hint: "the content differs from what its manifest or checkpoint says; quarantine the medium" },
  MEDIA_ROLLBACK: { exit: 22, http: 409, hint: "this medium is older than the last one accepted" },
  DISK_FULL: { exit: 23, http: 507, hint: "free space on the named file system, then run the command again" },
  STORE_LOCKED: { exit: 30, http: 423, hint: "another process owns this store; stop it, or wait until it is done" },
  STORE_CORRUPT: { exit: 31, http: 500, hint: "stored bytes do not match their digests; run `stella mirror fsck`, then restore a backup" },
  STORE_ROLLED_BACK: { exit: 32, http: 409, hint: "the store is older than its HEAD file; do not delete HEAD, restore the newest backup" },
  STORE_TOO_NEW: { exit: 33, http: 409, hint: "the store was written by a newer Stella; upgrade this installation" },
  STORE_MISSING: { exit: 34, http: 404, hint: "no site here; create one with `stella init <dir>`" },
  STORE_EXISTS: { exit: 35, http: 409, hint: "a site is there already; choose an empty directory" },
  AUDIT_BROKEN: { exit: 36, http: 409, hint: "the audit chain was cut or edited; keep the disk as it is and call your security officer" },
  CLOSURE_BROKEN: { exit: 37, http: 409, hint: "a document named by the Case is missing or has another digest; fetch the whole saved Case again" },
  EVIDENCE_MISSING: { exit: 38, http: 404, hint: "no such evidence in the store; `stella attest list` shows what is there" },
  LOG_MISSING: { exit: 39, http: 404, hint: "this log is not mirrored here; bring its snapshot and run `stella mirror ingest`" },
  KEY_UNAVAILABLE: { exit: 40, http: 503, hint: "the signing key cannot be used now; check the token or the key file" },
  KEY_ALGORITHM_UNSUPPORTED: { exit: 41, http: 400, hint: "this module or driver cannot make that kind of signature; choose a listed algorithm" },
  KEY_REFUSED: { exit: 42, http: 403, hint: "this profile refuses the driver or key; development keys never sign in production" },
  KEY_MALFORMED: { exit: 43, http: 400, hint: "the key is not in a supported form; give a PEM or DER SubjectPublicKeyInfo, or PKCS#8 for a private key" },
  SERVICE_UNAVAILABLE: { exit: 50, http: 503, hint: "the service does not answer; check that it runs" },
  NOT_AUTHENTICATED: { exit: 51, http: 401, hint: "log in; a session ends by itself after a while, and what was wrong is not said" },
  FORBIDDEN: { exit: 52, http: 403, hint: "none of your roles allows this; ask somebody who has the named scope" },
  RATE_LIMITED: { exit: 53, http: 429, hint: "too many attempts from one identity; wait as long as Retry-After says, or a minute" },
  OPERATOR_MISSING: { exit: 58, http: 404, hint: "nobody of that name is enrolled and enabled; `stella operator list` shows who is" },
  OPERATOR_EXISTS: { exit: 59, http: 409, hint: "a name is held by one person at a time and a key is enrolled once; choose another name, or make another key" },
  LAST_ADMINISTRATOR: { exit: 59, http: 409, hint: "a site keeps an administrator; enrol another one first", sharesExit: true },
  SERVICE_RUNNING: { exit: 54, http: 409, hint: "a service answers at this socket already; use it, or stop it first" },
  LISTEN_REFUSED: { exit: 55, http: 409, hint: "the address cannot be listened on; choose a free port, or a socket path that is yours" },
  JOB_MISSING: { exit: 56, http: 404, hint: "no such job of yours; /api/v1/jobs lists those that are kept" },
  TRUST_MISSING: { exit: 60, http: 404, hint: "no trusted root; give --trusted-root, or import one with `stella trust import`" },
  TRUST_MALFORMED: { exit: 61, http: 422, hint: "the trusted root is not a correct trusted_root.json or TUF repository" },
  TRUST_DIGEST_MISMATCH: { exit: 62, http: 422, hint: "the trusted root is not the one pinned by --trusted-root-sha256; do not use it" },
  TRUST_EXPIRED: { exit: 63, http: 422, hint: "the TUF metadata has expired at the reference time; bring newer metadata" },
  TRUST_ROLLBACK: { exit: 64, http: 409, hint: "the TUF metadata is older than what this site has already accepted" },
  TRUST_UNVERIFIED: { exit: 65, http: 422, hint: "the TUF metadata is not signed by the pinned root's threshold; do not use it" },
  INTERRUPTED: { exit: 130, http: 499, hint: "stopped on request; nothing half-done was kept, run the command again" }
};
var StellaError = class extends Error {
  code;
  detail;
  constructor(code, message, detail = {}, cause) {
    super(message, cause === void 0 ? void 0 : { cause });
    this.name = "StellaError";
    this.code = code;
    this.detail = detail;
  }
  /** The remedy of this code's row. */
  get hint() {
    return ERRORS[this.code].hint;
  }
  /** The exit status of this code's row. */
  get exit() {
    return ERRORS[this.code].exit;
  }
};

// src/kernel/json-text.ts
var QUOTE = 34;
var BACKSLASH = 92;
function closingQuote(text2, open2) {
  for (let i = open2; ; ) {
    i = text2.indexOf('"', i + 1);
    if (i < 0) return -1;
    let slashes = 0;
    while (text2.charCodeAt(i - 1 - slashes) === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return i;
  }
}
function isKey(text2, close) {
  let i = close + 1;
  for (let c = text2.charCodeAt(i); c === 32 || c === 10 || c === 13 || c === 9; c = text2.charCodeAt(i)) i++;
  return text2.charCodeAt(i) === 58;
}
function shape(text2) {
  let members = 0;
  let depth = 0;
  let deepest = 0;
  let escapedKey = false;
  let nextBackslash = text2.indexOf("\\");
  for (let i = 0; i < text2.length; i++) {
    switch (text2.charCodeAt(i)) {
      case QUOTE: {
        const close = closingQuote(text2, i);
        if (close < 0) return void 0;
        if (nextBackslash >= 0 && nextBackslash < close) {
          escapedKey ||= nextBackslash > i && isKey(text2, close);
          nextBackslash = text2.indexOf("\\", close);
        }
        i = close;
        break;
      }
      case 58:
        members++;
        break;
      case 123:
      // {
      case 91:
        if (++depth > deepest) deepest = depth;
        break;
      case 125:
      // }
      case 93:
        depth--;
        break;
    }
  }
  return { members, depth: deepest, escapedKey };
}
function parseEscapedKeys(text2) {
  const numbers = /* @__PURE__ */ new Map();
  const names = [];
  let plain = "";
  let from = 0;
  for (let i = text2.indexOf('"'); i >= 0; i = text2.indexOf('"', i + 1)) {
    const close = closingQuote(text2, i);
    if (isKey(text2, close)) {
      const spelling = text2.slice(i, close + 1);
      plain += text2.slice(from, i);
      if (spelling.includes("\\")) {
        let number = numbers.get(spelling);
        if (number === void 0) {
          number = names.push(JSON.parse(spelling)) - 1;
          numbers.set(spelling, number);
        }
        plain += `"#${number}"`;
      } else plain += `"=${spelling.slice(1)}`;
      from = close + 1;
    }
    i = close;
  }
  return nameKeys(JSON.parse(plain + text2.slice(from)), names);
}
function nameKeys(value, names) {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map((item) => nameKeys(item, names));
  const out = {};
  for (const [key2, member] of Object.entries(value)) {
    const name3 = key2.startsWith("#") ? names[Number(key2.slice(1))] : key2.slice(1);
    const named = nameKeys(member, names);
    if (name3 !== "__proto__") out[name3] = named;
    else Object.defineProperty(out, name3, { value: named, enumerable: true, writable: true, configurable: true });
  }
  return out;
}

// src/kernel/result.ts
function ok(value) {
  return { ok: true, value };
}
function err(error) {
  return { ok: false, error };
}

// src/kernel/json.ts
function countMembers(value) {
  if (typeof value === "number") return Number.isFinite(value) ? 0 : NaN;
  if (value === null || typeof value !== "object") return 0;
  let n = 0;
  if (Array.isArray(value)) {
    for (const item of value) n += countMembers(item);
    return n;
  }
  for (const key2 in value) n += 1 + countMembers(value[key2]);
  return n;
}
function readJson(input, limits) {
  if (input.length > limits.maxBytes) return err("too-large");
  const text2 = typeof input === "string" ? input : fromUtf8(input);
  if (text2?.isWellFormed() !== true) return err("utf8-invalid");
  const written = shape(text2);
  if (written === void 0) return err("json-invalid");
  if (written.depth > limits.maxDepth) return err("json-too-deep");
  let value;
  try {
    value = written.escapedKey ? parseEscapedKeys(text2) : JSON.parse(text2);
  } catch {
    return err("json-invalid");
  }
  const members = countMembers(value);
  if (Number.isNaN(members)) return err("json-invalid");
  if (written.members !== members) return err("json-duplicate-key");
  if (text2.includes("\\u") && !wellFormed(value)) return err("utf8-invalid");
  return ok(value);
}
function wellFormed(value) {
  if (typeof value === "string") return value.isWellFormed();
  if (value === null || typeof value !== "object") return true;
  if (Array.isArray(value)) return value.every(wellFormed);
  return Object.entries(value).every(([k, v]) => k.isWellFormed() && wellFormed(v));
}
function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
function canonicalJson(value) {
  const ordered = inOrder(value);
  const text2 = ordered === UNORDERABLE ? memberByMember(value) : JSON.stringify(ordered);
  if (text2.includes("\\ud") && !wellFormed(value)) {
    throw new StellaError("INTERNAL", "text is not well-formed Unicode");
  }
  return text2;
}
var UNORDERABLE = /* @__PURE__ */ Symbol("unorderable");
function inOrder(value) {
  if (typeof value !== "object" || value === null) {
    assertPrintable(value);
    return value;
  }
  if (Array.isArray(value)) {
    let copy2;
    for (let i = 0; i < value.length; i++) {
      const item = inOrder(value[i]);
      if (item === UNORDERABLE) return UNORDERABLE;
      if (copy2 === void 0 && item !== value[i]) copy2 = value.slice(0, i);
      copy2?.push(item);
    }
    return copy2 ?? value;
  }
  assertPlain(value);
  const object = value;
  const keys = Object.keys(object);
  let sorted = true;
  for (let i = 0; i < keys.length; i++) {
    const key2 = keys[i];
    if (key2 < ":" || key2 === "__proto__") return UNORDERABLE;
    if (i > 0 && key2 < keys[i - 1]) sorted = false;
  }
  if (!sorted) keys.sort();
  let copy = sorted ? void 0 : {};
  for (let i = 0; i < keys.length; i++) {
    const key2 = keys[i];
    const member = object[key2];
    const printed2 = member === void 0 ? void 0 : inOrder(member);
    if (printed2 === UNORDERABLE) return UNORDERABLE;
    if (copy === void 0 && printed2 !== member) {
      copy = {};
      for (let j = 0; j < i; j++) copy[keys[j]] = object[keys[j]];
    }
    if (copy !== void 0) copy[key2] = printed2;
  }
  return copy ?? object;
}
function assertPrintable(value) {
  const printable = value === null || typeof value === "string" || typeof value === "boolean" || typeof value === "number" && Number.isFinite(value);
  if (!printable) throw new StellaError("INTERNAL", `value has no canonical JSON form: ${typeof value}`);
}
function assertPlain(value) {
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new StellaError("INTERNAL", "value has no canonical JSON form: object of a class");
  }
}
function memberByMember(value) {
  if (typeof value !== "object" || value === null) {
    assertPrintable(value);
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map(memberByMember).join(",")}]`;
  assertPlain(value);
  const members = Object.entries(value).filter(([, member]) => member !== void 0);
  members.sort(([a], [b]) => a < b ? -1 : 1);
  return `{${members.map(([key2, member]) => `${JSON.stringify(key2)}:${memberByMember(member)}`).join(",")}}`;
}

// src/formats/instant.ts
var FIRST_INSTANT_SECONDS = -62167219200;
var LAST_INSTANT_SECONDS = 253402300799;
var DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
function civilSeconds(year, month, day, hour, minute, second) {
  const leap = year % 4 === 0 && year % 100 !== 0 || year % 400 === 0;
  const days = month === 2 && leap ? 29 : DAYS[month - 1] ?? 0;
  const exists = year >= 0 && day >= 1 && day <= days && hour <= 23 && minute <= 59 && second <= 59;
  return exists ? daysFromCivil(year, month, day) * 86400 + hour * 3600 + minute * 60 + second : void 0;
}
function daysFromCivil(year, month, day) {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146097 + dayOfEra - 719468;
}
function digits(written, at3, length) {
  let value = 0;
  for (let i = at3; i < at3 + length; i++) {
    const digit = written.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return NaN;
    value = 10 * value + digit;
  }
  return value;
}
function parseInstant(written) {
  const punctuated = written.length === 20 && written[4] === "-" && written[7] === "-" && written[10] === "T" && written[13] === ":" && written[16] === ":" && written[19] === "Z";
  if (!punctuated) return void 0;
  return civilSeconds(
    digits(written, 0, 4),
    digits(written, 5, 2),
    digits(written, 8, 2),
    digits(written, 11, 2),
    digits(written, 14, 2),
    digits(written, 17, 2)
  );
}
function printInstant(epochSeconds) {
  const writable = epochSeconds >= FIRST_INSTANT_SECONDS ? epochSeconds : FIRST_INSTANT_SECONDS;
  const seconds3 = Math.floor(Math.min(writable, LAST_INSTANT_SECONDS));
  const days = Math.floor(seconds3 / 86400);
  const rest = seconds3 - days * 86400;
  const z = days + 719468;
  const era = Math.floor(z / 146097);
  const dayOfEra = z - era * 146097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36524) - Math.floor(dayOfEra / 146096)) / 365
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const mp = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * mp + 2) / 5) + 1;
  const month = mp < 10 ? mp + 3 : mp - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  const two = (n) => String(n).padStart(2, "0");
  const time = `${two(Math.floor(rest / 3600))}:${two(Math.floor(rest % 3600 / 60))}:${two(rest % 60)}`;
  return `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}T${time}Z`;
}

// src/formats/limits.ts
var LIMITS = {
  /** A sigstore bundle, DSSE envelope or attestation list, in bytes. */
  evidenceBytes: 16 * 1024 * 1024,
  /** Nesting of arrays and objects in any JSON document. */
  jsonDepth: 64,
  /**
   * A name that a document chooses, in UTF-16 code units: predicate and payload types, subject names and URIs, digest
   * values, key hints, checkpoint origins. Checks quote them.
   */
  nameLength: 4096,
  /** Kind and version of a log entry, in UTF-16 code units each. */
  entryKindLength: 64,
  /** The name of a digest algorithm in a statement, in UTF-16 code units. */
  digestNameLength: 128,
  /** A text in the evidence of a check, in UTF-16 code units; a longer one is cut and says how long it was. */
  checkTextLength: 512,
  /** Items of a list in the evidence of a check; a longer one is cut and says how many there were. */
  checkListItems: 64,
  /** The path in a fault, in UTF-16 code units: unknown members have names of the document's choice. */
  faultPathLength: 512,
  /** A trusted_root.json, in bytes. */
  trustedRootBytes: 4 * 1024 * 1024,
  /** Trusted roots in one JSONL document. */
  trustedRoots: 16,
  /** Authorities or logs of one kind in a trusted root. */
  trustedRootEntries: 256,
  /** A policy document, in bytes. */
  policyBytes: 1024 * 1024,
  /** Transparency log entries in a bundle (sigstore-go uses the same). */
  tlogEntries: 32,
  /** The identifier of a log, in bytes: SHA-256 of a key for Rekor v1, a note key id for Rekor v2. */
  logIdBytes: 64,
  /** One signature, in bytes: ML-DSA-87 is the longest scheme with 4,627; a FIDO2 one carries its client data. */
  signatureBytes: 16 * 1024,
  /** RFC 3161 tokens in a bundle (sigstore-go uses the same). */
  timestamps: 32,
  /** Certificates in a chain. */
  chainCertificates: 10,
  /** One certificate, in bytes. */
  certificateBytes: 64 * 1024,
  /** One RFC 3161 response, in bytes. */
  timestampBytes: 128 * 1024,
  /** Signatures of a DSSE envelope. */
  envelopeSignatures: 64,
  /** Subjects of a statement (sigstore-go: 1,024; SBOM-like statements in the wild carry more). */
  statementSubjects: 16384,
  /** Digests of one subject (sigstore-go uses the same). */
  subjectDigests: 32,
  /** Hashes of one Merkle proof: a tree has at most 2^63 leaves, a consistency proof at most 2 x 63 hashes. */
  proofHashes: 126,
  /** A signed note, in bytes; ML-DSA-44 lines are 3.3 kB each. */
  noteBytes: 512 * 1024,
  /** Signature lines of a note (Go's note package uses the same). */
  noteSignatures: 100,
  /** A log entry in an entry bundle, in bytes (tlog-tiles: a 16-bit length). */
  entryBytes: 65535,
  /** Attestations in one npm or PEP 740 document. */
  attestations: 64,
  /** SCTs in a certificate. */
  scts: 16,
  /** An artifact embedded in a Case for pure Ed25519, in bytes. */
  embeddedArtifactBytes: 1024 * 1024,
  /** Signature checks in one run of the judge. */
  signatureChecks: 512
};
var EXPECTATION_LIMITS = {
  /** The list, in bytes. */
  documentBytes: 64 * 1024 * 1024,
  /** Rows, entries or components. */
  artifacts: 2e5,
  /** Predicate types required of one artifact. */
  predicateTypes: 64,
  /** A name, package URL or predicate type, in UTF-16 code units. */
  textLength: 4096,
  /** Digests of one artifact: CycloneDX names 14 hash functions. */
  digests: 16,
  /** Columns of a CSV list. */
  columns: 64
};

// src/formats/refusal.ts
var Refusal = class extends Error {
  fault;
  constructor(fault3) {
    super(fault3.reason);
    this.fault = fault3;
  }
};
function refuse(reason, where2) {
  throw new Refusal({ reason, where: shortened(where2) });
}
function attempt(read) {
  try {
    return ok(read());
  } catch (e) {
    if (e instanceof Refusal) return err(e.fault);
    throw e;
  }
}
function taken(result, where2) {
  if (result.ok) return result.value;
  return refuse(result.error.reason, at(where2, result.error.where));
}
function at(where2, name3) {
  return where2 === "" || name3 === "" ? where2 + name3 : `${where2}.${name3}`;
}
function shortened(where2) {
  return where2.length <= LIMITS.faultPathLength ? where2 : `${where2.slice(0, LIMITS.faultPathLength).toWellFormed()}…`;
}

// src/formats/document.ts
function text(maxLength = 4096) {
  return (value, where2) => typeof value === "string" && value.length <= maxLength ? value : refuse("field-invalid", where2);
}
function pattern(re) {
  return (value, where2) => typeof value === "string" && re.test(value) ? value : refuse("field-invalid", where2);
}
var hexDigest = pattern(/^[0-9a-f]{64}$/);
var decimal = (value, where2) => typeof value === "string" && /^(0|[1-9][0-9]{0,18})$/.test(value) && !(value.length === 19 && value > INT64_MAX) ? value : refuse("field-invalid", where2);
var INT64_MAX = "9223372036854775807";
var instant = (value, where2) => typeof value === "string" && parseInstant(value) !== void 0 ? value : refuse("field-invalid", where2);
function integer(least = 0, most = Number.MAX_SAFE_INTEGER) {
  return (value, where2) => typeof value === "number" && Number.isSafeInteger(value) && value >= least && value <= most ? value : refuse("field-invalid", where2);
}
var boolean = (value, where2) => typeof value === "boolean" ? value : refuse("field-invalid", where2);
function oneOf(...allowed) {
  return (value, where2) => allowed.find((a) => a === value) ?? refuse("field-invalid", where2);
}
function nameOf(table2) {
  return (value, where2) => typeof value === "string" && Object.hasOwn(table2, value) ? value : refuse("field-invalid", where2);
}
function orEmpty(read) {
  return (value, where2) => value === "" ? "" : read(value, where2);
}
function nullable(read) {
  return (value, where2) => value === null ? null : read(value, where2);
}
function list(item, most = 65536) {
  return (value, where2) => {
    if (!Array.isArray(value)) return refuse("field-invalid", where2);
    if (value.length > most) return refuse("too-large", where2);
    return value.map((v, i) => item(v, `${where2}[${String(i)}]`));
  };
}
function inOrderOf(items, key2) {
  return (value, where2) => {
    const read = items(value, where2);
    let before;
    for (const [i, item] of read.entries()) {
      const own = key2(item);
      if (before !== void 0 && own <= before) return refuse("field-invalid", `${where2}[${String(i)}]`);
      before = own;
    }
    return read;
  };
}
function mapOf(key2, item, most = 1024) {
  return (value, where2) => {
    if (!isObject(value)) return refuse("field-invalid", where2);
    const entries = Object.entries(value);
    if (entries.length > most) return refuse("too-large", where2);
    return Object.fromEntries(
      entries.map(([k, v]) => [key2.test(k) ? k : refuse("field-invalid", at(where2, k)), item(v, at(where2, k))])
    );
  };
}
function optional(read) {
  return { optional: read };
}
function record(shape3) {
  const members = Object.entries(shape3);
  return (value, where2) => {
    if (!isObject(value)) return refuse("field-invalid", where2);
    const out = {};
    let seen = 0;
    for (const [name3, member] of members) {
      const v = value[name3];
      const path = at(where2, name3);
      if (v === void 0) {
        if (typeof member === "function") return refuse("field-missing", path);
        continue;
      }
      out[name3] = typeof member === "function" ? member(v, path) : member.optional(v, path);
      seen++;
    }
    if (Object.keys(value).length !== seen) {
      const unknown = Object.keys(value).find((k) => !Object.hasOwn(shape3, k));
      return refuse("field-invalid", at(where2, unknown));
    }
    return out;
  };
}
function wordOr(word, items) {
  const asWord = oneOf(word);
  return (value, where2) => typeof value === "string" ? asWord(value, where2) : items(value, where2);
}
function byMember(shape3) {
  return (value, where2) => {
    if (!isObject(value)) return refuse("field-invalid", where2);
    const [name3, ...others] = Object.keys(value);
    if (name3 === void 0) return refuse("field-missing", where2);
    const stranger = [name3, ...others].find((key2, i) => i > 0 || !Object.hasOwn(shape3, key2));
    if (stranger !== void 0) return refuse("field-invalid", at(where2, stranger));
    return { [name3]: shape3[name3](value[name3], at(where2, name3)) };
  };
}
function readValue(value, read) {
  return attempt(() => read(value, ""));
}
function readDocument(bytes, read, options = {}) {
  const maxBytes = options.maxBytes ?? LIMITS.evidenceBytes;
  if (bytes.length > maxBytes) return err({ reason: "too-large", where: "" });
  const written = fromUtf8(bytes);
  if (written === void 0) return err({ reason: "utf8-invalid", where: "" });
  const parsed = readJson(written, { maxBytes, maxDepth: LIMITS.jsonDepth });
  if (!parsed.ok) return err({ reason: parsed.error, where: "" });
  if (options.canonical !== "any" && canonicalJson(parsed.value) !== written) {
    return err({ reason: "json-invalid", where: "not in canonical form" });
  }
  return readValue(parsed.value, read);
}

// src/formats/case.ts
var ref = record({ sha256: hexDigest, bytes: integer() });
var interval = record({
  earliest: instant,
  latest: instant,
  basis: list(
    record({
      kind: oneOf("site-clock", "operator", "timestamp", "witness", "media"),
      id: text(256),
      sha256: nullable(hexDigest)
    }),
    16
  )
});
var moment = (value, where2) => {
  const read = interval(value, where2);
  return read.earliest <= read.latest ? read : refuse("field-invalid", where2);
};
var digestName = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;
var readCase = record({
  v: oneOf(1),
  judgeVersion: pattern(/^[1-9][0-9]{0,5}$/),
  core: record({
    evidence: ref,
    form: oneOf("bundle", "envelope", "pep740", "npm"),
    item: integer(0, 1e6),
    artifact: record({
      digests: mapOf(digestName, pattern(/^[\x21-\x7e]{1,256}$/), 32),
      bytes: optional(ref)
    }),
    logProofs: list(ref, 64),
    trust: ref,
    signerRecords: list(ref, 64)
  }),
  context: record({ policy: ref, moment, heads: list(ref, 1024), revocations: list(ref, 64) })
});
function parseCase(bytes) {
  return readDocument(bytes, readCase, { maxBytes: 1024 * 1024 });
}

// src/formats/policy.ts
var identifier = pattern(/^[a-z0-9][a-z0-9._-]{0,127}$/);
var compiledId = pattern(/^\+?[a-z0-9][a-z0-9._-]{0,127}$/);
var count = integer(1, 64);
var seconds = integer(0, 1e10);
var textMatch = byMember({ exact: text(), pattern: text() });
var never = (_value, where2) => oneOf()(null, where2);
var requirement = byMember({
  predicate: record({ types: list(text(), 64), count }),
  signers: record({
    identities: wordOr("any", list(record({ issuer: textMatch, san: textMatch }), 256)),
    keys: wordOr("trusted", list(hexDigest, 256)),
    distinct: count
  }),
  log: record({
    origins: wordOr("any", list(text(), 64)),
    count,
    promises: boolean,
    maxCheckpointAge: optional(seconds)
  }),
  sct: record({ count }),
  witness: record({ quorum: count }),
  timestamp: record({ count }),
  time: record({ count }),
  freshness: record({ maxAge: seconds }),
  staleness: record({ trust: seconds })
});
function policyReader(ruleId) {
  return record({
    v: oneOf(1),
    id: identifier,
    version: integer(1),
    scope: record({}),
    rules: list(
      record({
        id: ruleId,
        severity: oneOf("low", "medium", "high", "critical"),
        controls: list(text(128), 64),
        appliesTo: optional(oneOf("certificate", "key")),
        require: requirement
      }),
      256
    ),
    waivers: list(never, 0)
  });
}
var readAuthored = policyReader(identifier);
var readCompiled = policyReader(compiledId);
function parsePolicy(bytes, options = {}) {
  const read = options.authored === true ? readAuthored : readCompiled;
  const parsed = readDocument(bytes, read, { maxBytes: LIMITS.policyBytes, canonical: "any" });
  if (!parsed.ok) return parsed;
  const { rules } = parsed.value;
  const repeated = rules.findIndex((rule, i) => rules.findIndex((other) => other.id === rule.id) < i);
  return repeated < 0 ? parsed : err({ reason: "field-invalid", where: `rules[${String(repeated)}].id` });
}
function printPolicy(value) {
  return canonicalJson(value);
}

// src/kernel/reasons.ts
var REASONS = {
  // the evidence breaks the rules of its own format
  "too-large": "EVIDENCE_MALFORMED",
  // a named limit of bytes or counts is exceeded
  "utf8-invalid": "EVIDENCE_MALFORMED",
  "json-invalid": "EVIDENCE_MALFORMED",
  "json-duplicate-key": "EVIDENCE_MALFORMED",
  "json-too-deep": "EVIDENCE_MALFORMED",
  "base64-invalid": "EVIDENCE_MALFORMED",
  "der-invalid": "EVIDENCE_MALFORMED",
  "media-type-unknown": "EVIDENCE_MALFORMED",
  // bundle media type not in the allow-list
  "field-missing": "EVIDENCE_MALFORMED",
  // a member that the format requires is absent
  "field-invalid": "EVIDENCE_MALFORMED",
  // a member has the wrong type, form or range
  "certificate-missing": "EVIDENCE_MALFORMED",
  // empty chain, or neither certificate nor key
  "certificate-malformed": "EVIDENCE_MALFORMED",
  "chain-has-root": "EVIDENCE_MALFORMED",
  // a self-signed certificate travels in the chain
  "chain-not-allowed": "EVIDENCE_MALFORMED",
  // x509CertificateChain in a v0.3 bundle
  "signature-count": "EVIDENCE_MALFORMED",
  // no signature, or not exactly one in a bundle
  "promise-missing": "EVIDENCE_MALFORMED",
  // v0.1 entry without inclusion promise
  "proof-missing": "EVIDENCE_MALFORMED",
  // v0.2/v0.3 or Rekor v2 entry without inclusion proof
  "checkpoint-missing": "EVIDENCE_MALFORMED",
  // inclusion proof without checkpoint where one is required
  "entry-duplicate": "EVIDENCE_MALFORMED",
  "entry-malformed": "EVIDENCE_MALFORMED",
  // log entry body is not what its kind and version say
  "entry-kind-unsupported": "EVIDENCE_MALFORMED",
  "timestamp-duplicate": "EVIDENCE_MALFORMED",
  "timestamp-malformed": "EVIDENCE_MALFORMED",
  "checkpoint-malformed": "EVIDENCE_MALFORMED",
  "statement-malformed": "EVIDENCE_MALFORMED",
  "payload-type-unsupported": "EVIDENCE_MALFORMED",
  "predicate-mismatch": "EVIDENCE_MALFORMED",
  // a list says one predicate type, the statement another
  "key-hint-mismatch": "EVIDENCE_MALFORMED",
  // bundle hint and DSSE keyid are both set and differ
  "public-key-malformed": "EVIDENCE_MALFORMED",
  // the signature
  "signature-mismatch": "SIGNATURE_INVALID",
  // does not verify under the key
  "signature-encoding": "SIGNATURE_INVALID",
  // not the strict encoding of its algorithm
  "signature-unsigned-pae": "SIGNATURE_INVALID",
  // verifies over the raw payload, not over the DSSE PAE
  "algorithm-unsupported": "SIGNATURE_INVALID",
  // not in the algorithm registry, or the digest does not go with the key
  // who signed
  "certificate-untrusted": "SIGNER_UNTRUSTED",
  // no path to a trusted authority
  "certificate-profile": "SIGNER_UNTRUSTED",
  // a CA flag, key usage, extended key usage, SAN or critical extension is wrong
  "sct-invalid": "SIGNER_UNTRUSTED",
  "key-untrusted": "SIGNER_UNTRUSTED",
  // key-based evidence and no trusted key verifies it
  "key-revoked": "SIGNER_UNTRUSTED",
  "signer-threshold": "SIGNER_UNTRUSTED",
  // fewer distinct trusted signers than asked for
  // identity and subject
  "identity-mismatch": "IDENTITY_MISMATCH",
  "issuer-mismatch": "IDENTITY_MISMATCH",
  "subject-mismatch": "SUBJECT_MISMATCH",
  "message-digest-mismatch": "SUBJECT_MISMATCH",
  // the bundle's own messageDigest is another artifact's
  "predicate-not-accepted": "SUBJECT_MISMATCH",
  // policy asks for another predicate type
  // the log
  "inclusion-mismatch": "PROOF_INVALID",
  "consistency-mismatch": "PROOF_INVALID",
  "checkpoint-signature": "PROOF_INVALID",
  // no signature of the trusted log on the checkpoint, or a wrong one
  "checkpoint-origin": "PROOF_INVALID",
  // the checkpoint is another log's
  "promise-signature": "PROOF_INVALID",
  // the SET does not verify
  "log-unknown": "PROOF_INVALID",
  // no trusted log has this id at that time
  "entry-mismatch": "PROOF_INVALID",
  // the entry was made for another signature, digest, certificate or key
  "cosignature-mismatch": "PROOF_INVALID",
  "split-view": "SPLIT_VIEW",
  // time
  "timestamp-signature": "TIME_INVALID",
  "timestamp-imprint": "TIME_INVALID",
  // the token is over other bytes
  "timestamp-untrusted": "TIME_INVALID",
  // no trusted authority issued it
  "time-outside-certificate": "TIME_INVALID",
  "time-outside-authority": "TIME_INVALID",
  // outside the validity window of a CA, log or TSA
  "time-outside-key": "TIME_INVALID",
  "time-in-future": "TIME_INVALID",
  // not run, or not there
  "key-missing": "NOT_PROVEN",
  // evidence signed by a bare key, and no trusted key was given
  "artifact-bytes-needed": "NOT_PROVEN",
  // pure Ed25519 over an artifact known only by digest
  "artifact-missing": "NOT_PROVEN",
  // no artifact was named
  "digest-algorithm-missing": "NOT_PROVEN",
  // the artifact is not known by the digest the signature needs
  "sct-missing": "NOT_PROVEN",
  "sct-log-unknown": "NOT_PROVEN",
  // the SCT is of a log that is not trusted here
  "time-missing": "NOT_PROVEN",
  // no verified time to judge the certificate at
  "timestamp-missing": "NOT_PROVEN",
  "entry-missing": "NOT_PROVEN",
  // no log entry and none could be looked up
  "identity-not-asked": "NOT_PROVEN",
  "identity-missing": "NOT_PROVEN",
  "witness-unknown": "NOT_PROVEN",
  "witness-missing": "NOT_PROVEN",
  "log-not-mirrored": "NOT_PROVEN",
  "checkpoint-too-old": "NOT_PROVEN",
  "trust-root-stale": "NOT_PROVEN",
  "predicate-count": "NOT_PROVEN",
  // more statements asked for than one piece of evidence carries
  "evidence-too-old": "NOT_PROVEN",
  "depends-on-failed": "NOT_PROVEN",
  // another check failed before this one could run
  "verified-elsewhere": "NOT_PROVEN",
  "signer-record-unsupported": "NOT_PROVEN"
  // this judge version does not read signer records
};
function codeOf(reason) {
  return REASONS[reason];
}

// src/formats/check.ts
function pass(key2, evidence = {}) {
  return { code: null, evidence: cut(evidence), key: key2, outcome: "pass", reason: null };
}
function fail(key2, reason, evidence = {}) {
  return { code: codeOf(reason), evidence: cut(evidence), key: key2, outcome: "fail", reason };
}
function skip(key2, reason, evidence = {}) {
  return { code: "NOT_PROVEN", evidence: cut(evidence), key: key2, outcome: "skip", reason };
}
function cut(evidence) {
  for (const name3 in evidence) {
    const value = evidence[name3];
    if (typeof value === "string" ? value.length > LIMITS.checkTextLength : Array.isArray(value)) {
      return Object.fromEntries(Object.entries(evidence).map(([n, v]) => [n, cutValue(v)]));
    }
  }
  return evidence;
}
function cutValue(value) {
  if (typeof value === "string") return cutText(value);
  if (typeof value !== "object" || value === null) return value;
  const shown = value.slice(0, LIMITS.checkListItems).map(cutText);
  return value.length > shown.length ? [...shown, `… ${String(value.length)} items`] : shown;
}
function cutText(value) {
  if (value.length <= LIMITS.checkTextLength) return value;
  return `${value.slice(0, LIMITS.checkTextLength).toWellFormed()}… ${String(value.length)} characters`;
}
var MARKER = 32;
var evidenceText = text(LIMITS.checkTextLength + MARKER);
var evidenceList = list(evidenceText, LIMITS.checkListItems + 1);
var anyInteger = integer(Number.MIN_SAFE_INTEGER);
var evidenceValue = (value, where2) => {
  if (value === null) return null;
  switch (typeof value) {
    case "string":
      return evidenceText(value, where2);
    case "number":
      return anyInteger(value, where2);
    case "boolean":
      return boolean(value, where2);
    default:
      return evidenceList(value, where2);
  }
};
var shape2 = record({
  code: nullable(nameOf(ERRORS)),
  evidence: mapOf(/^[A-Za-z][A-Za-z0-9]{0,63}$/, evidenceValue, 64),
  key: text(256),
  outcome: oneOf("pass", "fail", "skip"),
  reason: nullable(nameOf(REASONS))
});
var readCheck = (value, where2) => {
  const check = shape2(value, where2);
  const { code, outcome, reason } = check;
  if (outcome === "pass" !== (reason === null)) return refuse("field-invalid", `${where2}.reason`);
  const expected = reason === null ? null : outcome === "fail" ? codeOf(reason) : "NOT_PROVEN";
  return code === expected ? check : refuse("field-invalid", `${where2}.code`);
};
var readChecks = inOrderOf(list(readCheck), (c) => c.key);

// src/formats/facts.ts
function printFacts(value) {
  return canonicalJson(value);
}
function readFacts(text2) {
  const parsed = readJson(text2, { maxBytes: LIMITS.evidenceBytes, maxDepth: LIMITS.jsonDepth });
  if (!parsed.ok || !isObject(parsed.value)) return void 0;
  const { v, checks, entries, signers: signers2, times } = parsed.value;
  const whole = v === 1 && Array.isArray(checks) && Array.isArray(entries) && Array.isArray(signers2) && Array.isArray(times);
  return whole ? parsed.value : void 0;
}
var certificateText = text(LIMITS.certificateBytes);
var name = text(LIMITS.nameLength);
var readFactsDocument = record({
  checks: readChecks,
  entries: list(
    record({
      index: decimal,
      leaf: hexDigest,
      log: name,
      operator: name,
      origin: name,
      root: orEmpty(hexDigest),
      size: orEmpty(decimal)
    })
  ),
  root: nullable(hexDigest),
  signedBy: nullable(oneOf("certificate", "key")),
  signers: list(
    record({
      issuer: nullable(certificateText),
      san: nullable(record({ type: text(64), value: certificateText })),
      spki: hexDigest
    })
  ),
  statement: nullable(
    record({
      predicateType: name,
      sha256: hexDigest,
      subjects: list(
        record({ digest: mapOf(/^[^]{0,128}$/, name, LIMITS.subjectDigests), name: nullable(name) }),
        LIMITS.statementSubjects
      )
    })
  ),
  times: list(record({ at: instant, key: text(256), source: oneOf("tsa", "set") })),
  v: oneOf(1)
});

// src/formats/report.ts
function printReport(value) {
  return canonicalJson(value);
}
var key = text(256);
var readReport = record({
  case: hexDigest,
  checks: readChecks,
  code: nullable(nameOf(ERRORS)),
  countedOut: inOrderOf(list(record({ check: key, rule: key })), (e) => e.check),
  facts: hexDigest,
  judgeVersion: pattern(/^[1-9][0-9]{0,5}$/),
  moment,
  requirements: inOrderOf(list(record({ checks: list(key), id: key, met: boolean })), (r) => r.id),
  trust: record({
    ageSeconds: nullable(integer(Number.MIN_SAFE_INTEGER)),
    basis: text(64),
    expires: nullable(instant),
    root: nullable(hexDigest),
    takenAt: nullable(instant)
  }),
  v: oneOf(1),
  verdict: oneOf("proven", "failed", "unproven")
});

// src/formats/site-documents.ts
var readHead = record({ v: oneOf(1), log: text(), size: decimal, root: hexDigest, at: instant });
function parseHead(bytes) {
  return readDocument(bytes, readHead);
}
var readRevocations = record({
  v: oneOf(1),
  keys: list(record({ spki: hexDigest, effective: instant, reason: text(256) }))
});
function parseRevocations(bytes) {
  return readDocument(bytes, readRevocations);
}

// src/kernel/order.ts
function sortedBy(items, key2) {
  const keyed = items.map((item) => ({ item, by: key2(item) }));
  return keyed.sort((a, b) => a.by < b.by ? -1 : a.by > b.by ? 1 : 0).map((k) => k.item);
}

// src/formats/members.ts
function readJsonBytes(bytes, maxBytes, where2 = "") {
  const parsed = readJson(bytes, { maxBytes, maxDepth: LIMITS.jsonDepth });
  return parsed.ok ? parsed.value : refuse(parsed.error, where2);
}
function readObject(value, where2) {
  if (isObject(value)) return value;
  return refuse(value === void 0 || value === null ? "field-missing" : "field-invalid", where2);
}
function only(object, where2, ...names) {
  for (const name3 in object) if (!names.includes(name3)) refuse("field-invalid", at(where2, name3));
  return object;
}
function optionalAt(object, name3) {
  return object[name3] ?? void 0;
}
function objectAt(object, name3, where2) {
  return readObject(object[name3], at(where2, name3));
}
function listAt(object, name3, where2, most) {
  const value = optionalAt(object, name3) ?? [];
  if (!Array.isArray(value)) return refuse("field-invalid", at(where2, name3));
  return value.length <= most ? value : refuse("too-large", at(where2, name3));
}
function optionalStringAt(object, name3, where2, most = LIMITS.nameLength) {
  const value = optionalAt(object, name3);
  if (value === void 0) return void 0;
  if (typeof value !== "string") return refuse("field-invalid", at(where2, name3));
  return value.length <= most ? value : refuse("too-large", at(where2, name3));
}
function stringAt(object, name3, where2, most) {
  return optionalStringAt(object, name3, where2, most) ?? refuse("field-missing", at(where2, name3));
}
function nameAt(object, name3, where2, most) {
  return stringAt(object, name3, where2, most) || refuse("field-missing", at(where2, name3));
}
function base64Length(bytes) {
  return Math.ceil(bytes / 3) * 4;
}
function readBytes(text2, where2, most) {
  if (text2.length > base64Length(most)) return refuse("too-large", where2);
  return fromBase64Either(text2) ?? refuse("base64-invalid", where2);
}
function bytesAt(object, name3, where2, most) {
  return readBytes(stringAt(object, name3, where2, base64Length(most)), at(where2, name3), most);
}
function someBytesAt(object, name3, where2, most) {
  return readBytes(nameAt(object, name3, where2, base64Length(most)), at(where2, name3), most);
}
function optionalFixedBytesAt(object, name3, where2, length) {
  const text2 = optionalStringAt(object, name3, where2) ?? "";
  return text2 === "" ? void 0 : readFixedBytes(text2, at(where2, name3), length);
}
function readFixedBytes(text2, where2, length) {
  if (typeof text2 !== "string") return refuse("field-invalid", where2);
  const bytes = readBytes(text2, where2, length);
  return bytes.length === length ? bytes : refuse("field-invalid", where2);
}
var INT64_MAX2 = 2n ** 63n - 1n;
function int64At(object, name3, where2) {
  const value = optionalAt(object, name3) ?? 0;
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return BigInt(value);
  if (typeof value === "string" && /^(?:0|[1-9][0-9]{0,18})$/.test(value)) {
    const n = BigInt(value);
    if (n <= INT64_MAX2) return n;
  }
  return refuse("field-invalid", at(where2, name3));
}

// src/formats/dsse.ts
function readEnvelope(value, where2) {
  const object = readObject(value, where2);
  const payload = bytesAt(object, "payload", where2, LIMITS.evidenceBytes);
  const payloadType = stringAt(object, "payloadType", where2);
  const [first, ...others] = listAt(object, "signatures", where2, LIMITS.envelopeSignatures).map(
    (item, i) => readSignature(item, `${at(where2, "signatures")}[${String(i)}]`)
  );
  if (first === void 0) return refuse("signature-count", at(where2, "signatures"));
  return { payload, payloadType, signatures: [first, ...others] };
}
function readSignature(value, where2) {
  const object = readObject(value, where2);
  const sig = bytesAt(object, "sig", where2, LIMITS.signatureBytes);
  const keyid = optionalStringAt(object, "keyid", where2) ?? "";
  return { sig, keyid, certificatePem: optionalStringAt(object, "cert", where2, 2 * LIMITS.certificateBytes) };
}
function parseEnvelopeDocument(bytes) {
  return attempt(() => readEnvelope(readJsonBytes(bytes, LIMITS.evidenceBytes), ""));
}
function pae(payloadType, payload) {
  const type = utf8(payloadType);
  return concatBytes(utf8(`DSSEv1 ${String(type.length)} `), type, utf8(` ${String(payload.length)} `), payload);
}

// src/formats/hash-names.ts
var PROTO_NAMES = /* @__PURE__ */ new Map([
  ["SHA2_256", "sha256"],
  ["SHA2_384", "sha384"],
  ["SHA2_512", "sha512"]
]);
var DIGEST_BYTES = { sha256: 32, sha384: 48, sha512: 64 };
function hashOfProtoName(name3) {
  return PROTO_NAMES.get(name3);
}
function hashOfPlainName(name3) {
  return name3 === "sha256" || name3 === "sha384" || name3 === "sha512" ? name3 : void 0;
}

// src/formats/tlog-entry.ts
function isRekorV2(kind, version) {
  return version === "0.0.2" && (kind === "hashedrekord" || kind === "dsse");
}
function readTlogEntries(object, name3, where2, rule) {
  const entries = [];
  for (const value of listAt(object, name3, where2, LIMITS.tlogEntries)) {
    const path = `${at(where2, name3)}[${String(entries.length)}]`;
    const entry = readTlogEntry(value, path, rule);
    for (const other of entries) {
      const sameLeaf = other.index === entry.index || equalBytes(other.body, entry.body);
      if (sameLeaf && equalBytes(other.logId, entry.logId)) return refuse("entry-duplicate", path);
    }
    entries.push(entry);
  }
  return entries;
}
function readTlogEntry(value, where2, rule) {
  const object = readObject(value, where2);
  const kindVersion = objectAt(object, "kindVersion", where2);
  const kind = nameAt(kindVersion, "kind", at(where2, "kindVersion"), LIMITS.entryKindLength);
  const version = nameAt(kindVersion, "version", at(where2, "kindVersion"), LIMITS.entryKindLength);
  const bodyText = nameAt(object, "canonicalizedBody", where2, base64Length(LIMITS.evidenceBytes));
  const standard = fromBase64(bodyText);
  const body = standard ?? readBytes(bodyText, at(where2, "canonicalizedBody"), LIMITS.evidenceBytes);
  const promise = readPromise(object, where2);
  const proof = readProof(object, where2);
  if (rule === "promise" && promise === void 0) return refuse("promise-missing", at(where2, "inclusionPromise"));
  if (rule === "proof" || isRekorV2(kind, version)) {
    if (proof === void 0) return refuse("proof-missing", at(where2, "inclusionProof"));
    if (proof.checkpoint === void 0) return refuse("checkpoint-missing", at(where2, "inclusionProof.checkpoint"));
  }
  return {
    index: int64At(object, "logIndex", where2),
    logId: someBytesAt(objectAt(object, "logId", where2), "keyId", at(where2, "logId"), LIMITS.logIdBytes),
    kind,
    version,
    integratedTime: readIntegratedTime(object, where2),
    promise,
    proof,
    body,
    bodyBase64: standard === void 0 ? toBase64(body) : bodyText
  };
}
function readIntegratedTime(object, where2) {
  const seconds3 = int64At(object, "integratedTime", where2);
  return seconds3 <= LAST_INSTANT_SECONDS ? seconds3 : refuse("field-invalid", at(where2, "integratedTime"));
}
function readPromise(object, where2) {
  const value = optionalAt(object, "inclusionPromise");
  if (value === void 0) return void 0;
  const path = at(where2, "inclusionPromise");
  return someBytesAt(readObject(value, path), "signedEntryTimestamp", path, LIMITS.signatureBytes);
}
function readProof(object, where2) {
  const value = optionalAt(object, "inclusionProof");
  if (value === void 0) return void 0;
  const path = at(where2, "inclusionProof");
  const proof = readObject(value, path);
  return {
    index: int64At(proof, "logIndex", path),
    size: int64At(proof, "treeSize", path),
    root: optionalFixedBytesAt(proof, "rootHash", path, 32),
    hashes: listAt(proof, "hashes", path, LIMITS.proofHashes).map(
      (hash, i) => readFixedBytes(hash, `${path}.hashes[${String(i)}]`, 32)
    ),
    checkpoint: readCheckpoint(proof, path)
  };
}
function readCheckpoint(proof, where2) {
  const value = optionalAt(proof, "checkpoint");
  if (value === void 0) return void 0;
  const path = at(where2, "checkpoint");
  return nameAt(readObject(value, path), "envelope", path, LIMITS.noteBytes);
}

// src/formats/bundle.ts
var MEDIA_TYPES = /* @__PURE__ */ new Map([
  ["application/vnd.dev.sigstore.bundle+json;version=0.1", "0.1"],
  ["application/vnd.dev.sigstore.bundle+json;version=0.2", "0.2"],
  ["application/vnd.dev.sigstore.bundle+json;version=0.3", "0.3"],
  ["application/vnd.dev.sigstore.bundle.v0.3+json", "0.3"]
]);
function parseBundle(bytes) {
  return attempt(() => readBundle(readJsonBytes(bytes, LIMITS.evidenceBytes), ""));
}
function readBundle(value, where2) {
  const object = readObject(value, where2);
  const mediaType = nameAt(object, "mediaType", where2);
  const version = MEDIA_TYPES.get(mediaType) ?? refuse("media-type-unknown", at(where2, "mediaType"));
  const path = at(where2, "verificationMaterial");
  const verification = objectAt(object, "verificationMaterial", where2);
  const material2 = readMaterial(verification, path, version);
  const entries = readTlogEntries(verification, "tlogEntries", path, version === "0.1" ? "promise" : "proof");
  const timestamps = readTimestamps(verification, path);
  const content = readContent(object, where2);
  if (content.kind === "dsse") checkEnvelope(content.envelope, material2, at(where2, "dsseEnvelope"));
  return { version, material: material2, entries, timestamps, content };
}
function readMaterial(object, where2, version) {
  const chain = optionalAt(object, "x509CertificateChain");
  const certificate = optionalAt(object, "certificate");
  const key2 = optionalAt(object, "publicKey");
  const given = [chain, certificate, key2].filter((m) => m !== void 0).length;
  if (given === 0) return refuse("certificate-missing", where2);
  if (given > 1) return refuse("field-invalid", where2);
  if (key2 !== void 0) {
    const path2 = at(where2, "publicKey");
    return { kind: "public-key", hint: optionalStringAt(readObject(key2, path2), "hint", path2) ?? "" };
  }
  if (chain === void 0) {
    if (version !== "0.3") return refuse("field-invalid", at(where2, "certificate"));
    return { kind: "certificates", chain: [readCertificate(certificate, at(where2, "certificate"))] };
  }
  const path = at(where2, "x509CertificateChain");
  const certificates = listAt(readObject(chain, path), "certificates", path, LIMITS.chainCertificates);
  if (version === "0.3" && certificates.length > 1) return refuse("chain-not-allowed", path);
  const [leaf, ...others] = certificates.map((c, i) => readCertificate(c, `${path}.certificates[${String(i)}]`));
  if (leaf === void 0) return refuse("certificate-missing", at(path, "certificates"));
  return { kind: "certificates", chain: [leaf, ...others] };
}
function readCertificate(value, where2) {
  return someBytesAt(readObject(value, where2), "rawBytes", where2, LIMITS.certificateBytes);
}
function readTimestamps(object, where2) {
  const data = optionalAt(object, "timestampVerificationData");
  if (data === void 0) return [];
  const path = at(where2, "timestampVerificationData");
  const tokens = [];
  for (const value of listAt(readObject(data, path), "rfc3161Timestamps", path, LIMITS.timestamps)) {
    const item = `${path}.rfc3161Timestamps[${String(tokens.length)}]`;
    const token = someBytesAt(readObject(value, item), "signedTimestamp", item, LIMITS.timestampBytes);
    if (tokens.some((t) => equalBytes(t, token))) return refuse("timestamp-duplicate", item);
    tokens.push(token);
  }
  return tokens;
}
function readContent(object, where2) {
  const message = optionalAt(object, "messageSignature");
  const envelope = optionalAt(object, "dsseEnvelope");
  if (message === void 0) {
    return { kind: "dsse", envelope: readEnvelope(envelope, at(where2, "dsseEnvelope")) };
  }
  if (envelope !== void 0) return refuse("field-invalid", at(where2, "dsseEnvelope"));
  const path = at(where2, "messageSignature");
  const signed = readObject(message, path);
  return {
    kind: "message",
    signature: someBytesAt(signed, "signature", path, LIMITS.signatureBytes),
    digest: readMessageDigest(signed, path)
  };
}
function readMessageDigest(object, where2) {
  const value = optionalAt(object, "messageDigest");
  if (value === void 0) return void 0;
  const path = at(where2, "messageDigest");
  const digest2 = readObject(value, path);
  const hash = hashOfProtoName(nameAt(digest2, "algorithm", path)) ?? refuse("field-invalid", at(path, "algorithm"));
  return { hash, digest: readFixedBytes(nameAt(digest2, "digest", path), at(path, "digest"), DIGEST_BYTES[hash]) };
}
function checkEnvelope(envelope, material2, where2) {
  const [signature, second] = envelope.signatures;
  if (second !== void 0) return refuse("signature-count", at(where2, "signatures"));
  if (material2.kind !== "public-key" || material2.hint === "" || signature.keyid === "") return;
  if (material2.hint !== signature.keyid) refuse("key-hint-mismatch", `${where2}.signatures[0].keyid`);
}

// src/formats/statement.ts
var VERSIONS = /* @__PURE__ */ new Map([
  ["https://in-toto.io/Statement/v0.1", "v0.1"],
  ["https://in-toto.io/Statement/v1", "v1"]
]);
var HEX_DIGITS = /* @__PURE__ */ new Map([
  ["md5", [32]],
  ["sha1", [40]],
  ["sha224", [56]],
  ["sha256", [64]],
  ["sha384", [96]],
  ["sha512", [128]],
  ["sha512_224", [56]],
  ["sha512_256", [64]],
  ["sha3_224", [56]],
  ["sha3_256", [64]],
  ["sha3_384", [96]],
  ["sha3_512", [128]],
  ["gitCommit", [40, 64]],
  ["gitTree", [40, 64]],
  ["gitBlob", [40, 64]],
  ["gitTag", [40, 64]]
]);
var WEAK = /* @__PURE__ */ new Set(["md5", "sha1"]);
function isStatementPayloadType(payloadType) {
  return /^application\/vnd\.in-toto(?:\.[A-Za-z0-9][A-Za-z0-9._-]{0,127})?\+json$/.test(payloadType);
}
function parseStatement(payload) {
  const parsed = attempt(() => readStatement(readJsonBytes(payload, LIMITS.evidenceBytes)));
  if (parsed.ok || parsed.error.reason === "too-large") return parsed;
  return err({ reason: "statement-malformed", where: parsed.error.where });
}
function readStatement(value) {
  const object = readObject(value, "");
  const version = VERSIONS.get(nameAt(object, "_type", "")) ?? refuse("field-invalid", "_type");
  const subjects = listAt(object, "subject", "", LIMITS.statementSubjects).map(
    (subject, i) => readSubject(subject, `subject[${String(i)}]`)
  );
  if (subjects.length === 0) return refuse("field-missing", "subject");
  return {
    version,
    predicateType: nameAt(object, "predicateType", ""),
    subjects,
    predicate: optionalAt(object, "predicate")
  };
}
function readSubject(value, where2) {
  const object = readObject(value, where2);
  return {
    name: optionalStringAt(object, "name", where2),
    uri: optionalStringAt(object, "uri", where2),
    digest: readDigestSet(objectAt(object, "digest", where2), at(where2, "digest"))
  };
}
function readDigestSet(object, where2) {
  const names = Object.keys(object);
  if (names.length === 0) return refuse("field-missing", where2);
  if (names.length > LIMITS.subjectDigests) return refuse("too-large", where2);
  for (const name3 of names) {
    const value = object[name3];
    if (typeof value !== "string" || value === "") return refuse("field-invalid", at(where2, name3));
    if (name3.length > LIMITS.digestNameLength || value.length > LIMITS.nameLength) {
      return refuse("too-large", at(where2, name3));
    }
    const digits2 = HEX_DIGITS.get(name3);
    if (digits2 === void 0) continue;
    if (!digits2.includes(value.length) || !/^[0-9a-f]+$/.test(value)) return refuse("field-invalid", at(where2, name3));
  }
  return object;
}
function matchSubject(statement, digests) {
  const known2 = Object.entries(digests).filter(([algorithm]) => !WEAK.has(algorithm));
  let best = { outcome: "incomparable" };
  for (const { name: name3, digest: named } of statement.subjects) {
    const common = known2.filter(([algorithm]) => Object.hasOwn(named, algorithm));
    const agreeing = common.filter(([algorithm, value]) => named[algorithm] === value);
    const [first] = agreeing;
    if (first === void 0) {
      if (common.length > 0 && best.outcome === "incomparable") best = { outcome: "mismatch" };
    } else if (agreeing.length < common.length) {
      return { outcome: "conflict" };
    } else if (best.outcome !== "match") {
      best = { outcome: "match", name: name3, algorithm: first[0], digest: first[1] };
    }
  }
  return best;
}

// src/formats/npm-attestations.ts
function parseNpmAttestation(bytes, item) {
  return attempt(() => {
    const where2 = `attestations[${String(item)}]`;
    const object = readObject(readItems(bytes)[item], where2);
    const predicateType = nameAt(object, "predicateType", where2);
    const bundle = readBundle(object["bundle"], `${where2}.bundle`);
    checkPredicateType(bundle, predicateType, where2);
    return bundle;
  });
}
function readItems(bytes) {
  const object = readObject(readJsonBytes(bytes, LIMITS.evidenceBytes), "");
  return listAt(object, "attestations", "", LIMITS.attestations);
}
function checkPredicateType(bundle, predicateType, where2) {
  if (bundle.content.kind !== "dsse") return refuse("predicate-mismatch", `${where2}.bundle`);
  const statement = parseStatement(bundle.content.envelope.payload);
  if (statement.ok && statement.value.predicateType !== predicateType) {
    refuse("predicate-mismatch", `${where2}.predicateType`);
  }
}

// src/formats/pep740.ts
var PAYLOAD_TYPE = "application/vnd.in-toto+json";
function parsePep740(bytes, item) {
  return attempt(() => {
    const found = readAttestations(bytes)[item] ?? refuse("field-missing", `[${String(item)}]`);
    return readAttestation(found.value, found.where);
  });
}
function readAttestations(bytes) {
  const object = readObject(readJsonBytes(bytes, LIMITS.evidenceBytes), "");
  checkVersion(object, "");
  if (optionalAt(object, "attestation_bundles") === void 0) return [{ value: object, where: "" }];
  const found = [];
  for (const [i, value] of listAt(object, "attestation_bundles", "", LIMITS.attestations).entries()) {
    const where2 = `attestation_bundles[${String(i)}]`;
    for (const [j, attestation] of listAt(
      readObject(value, where2),
      "attestations",
      where2,
      LIMITS.attestations
    ).entries()) {
      const path = `${where2}.attestations[${String(j)}]`;
      if (found.length === LIMITS.attestations) return refuse("too-large", path);
      found.push({ value: attestation, where: path });
    }
  }
  return found;
}
function checkVersion(object, where2) {
  const version = optionalAt(object, "version") ?? refuse("field-missing", at(where2, "version"));
  if (version !== 1) refuse("field-invalid", at(where2, "version"));
}
function readAttestation(value, where2) {
  const object = readObject(value, where2);
  checkVersion(object, where2);
  const path = at(where2, "verification_material");
  const material2 = objectAt(object, "verification_material", where2);
  const certificate = someBytesAt(material2, "certificate", path, LIMITS.certificateBytes);
  const entries = readTlogEntries(material2, "transparency_entries", path, "proof");
  if (entries.length === 0) return refuse("field-missing", at(path, "transparency_entries"));
  const envelope = objectAt(object, "envelope", where2);
  const payload = someBytesAt(envelope, "statement", at(where2, "envelope"), LIMITS.evidenceBytes);
  const sig = someBytesAt(envelope, "signature", at(where2, "envelope"), LIMITS.signatureBytes);
  return {
    version: "0.3",
    material: { kind: "certificates", chain: [certificate] },
    entries,
    timestamps: [],
    content: { kind: "dsse", envelope: { payload, payloadType: PAYLOAD_TYPE, signatures: [{ sig, keyid: "" }] } }
  };
}

// src/formats/evidence.ts
function parseEvidence(form, item, bytes) {
  switch (form) {
    case "bundle":
      return item === 0 ? fromBundle(form, parseBundle(bytes)) : noItem(item);
    case "envelope":
      return item === 0 ? fromEnvelope(bytes) : noItem(item);
    case "pep740":
      return fromBundle(form, parsePep740(bytes, item));
    case "npm":
      return fromBundle(form, parseNpmAttestation(bytes, item));
  }
}
function fromBundle(form, bundle) {
  if (!bundle.ok) return bundle;
  const { version, material: material2, entries, timestamps, content } = bundle.value;
  return ok({ form, bundleVersion: version, material: material2, entries, timestamps, content });
}
function fromEnvelope(bytes) {
  const envelope = parseEnvelopeDocument(bytes);
  if (!envelope.ok) return envelope;
  return ok({
    form: "envelope",
    bundleVersion: void 0,
    material: { kind: "envelope" },
    entries: [],
    timestamps: [],
    content: { kind: "dsse", envelope: envelope.value }
  });
}
function noItem(item) {
  return err({ reason: "field-missing", where: `[${String(item)}]` });
}

// src/formats/oid.ts
var OID = {
  // keys
  ecPublicKey: "1.2.840.10045.2.1",
  p256: "1.2.840.10045.3.1.7",
  p384: "1.3.132.0.34",
  p521: "1.3.132.0.35",
  ed25519: "1.3.101.112",
  rsaEncryption: "1.2.840.113549.1.1.1",
  rsassaPss: "1.2.840.113549.1.1.10",
  mgf1: "1.2.840.113549.1.1.8",
  mlDsa44: "2.16.840.1.101.3.4.3.17",
  mlDsa65: "2.16.840.1.101.3.4.3.18",
  mlDsa87: "2.16.840.1.101.3.4.3.19",
  // digests and signatures
  sha256: "2.16.840.1.101.3.4.2.1",
  sha384: "2.16.840.1.101.3.4.2.2",
  sha512: "2.16.840.1.101.3.4.2.3",
  ecdsaSha256: "1.2.840.10045.4.3.2",
  ecdsaSha384: "1.2.840.10045.4.3.3",
  ecdsaSha512: "1.2.840.10045.4.3.4",
  rsaSha256: "1.2.840.113549.1.1.11",
  rsaSha384: "1.2.840.113549.1.1.12",
  rsaSha512: "1.2.840.113549.1.1.13",
  // certificate extensions (RFC 5280 §4.2, RFC 6962 §3.3)
  subjectKeyIdentifier: "2.5.29.14",
  keyUsage: "2.5.29.15",
  subjectAltName: "2.5.29.17",
  basicConstraints: "2.5.29.19",
  nameConstraints: "2.5.29.30",
  certificatePolicies: "2.5.29.32",
  authorityKeyIdentifier: "2.5.29.35",
  extendedKeyUsage: "2.5.29.37",
  sctList: "1.3.6.1.4.1.11129.2.4.2",
  codeSigning: "1.3.6.1.5.5.7.3.3",
  timeStamping: "1.3.6.1.5.5.7.3.8",
  // names
  commonName: "2.5.4.3",
  country: "2.5.4.6",
  locality: "2.5.4.7",
  state: "2.5.4.8",
  organization: "2.5.4.10",
  // CMS and timestamps (RFC 5652, RFC 3161, RFC 5816)
  signedData: "1.2.840.113549.1.7.2",
  tstInfo: "1.2.840.113549.1.9.16.1.4",
  contentType: "1.2.840.113549.1.9.3",
  messageDigest: "1.2.840.113549.1.9.4",
  signingTime: "1.2.840.113549.1.9.5",
  signingCertificate: "1.2.840.113549.1.9.16.2.12",
  signingCertificateV2: "1.2.840.113549.1.9.16.2.47"
};
var FULCIO_ARC = "1.3.6.1.4.1.57264.1.";
var FULCIO_EXTENSIONS = 24;
function spell(bytes, start, end) {
  let out = "";
  let value = 0n;
  for (let i = start; i < end; i++) {
    const octet = bytes[i];
    value = value << 7n | BigInt(octet & 127);
    if (octet >= 128) continue;
    if (out === "") {
      const first = value < 80n ? value / 40n : 2n;
      out = `${String(first)}.${String(value - 40n * first)}`;
    } else {
      out += `.${String(value)}`;
    }
    value = 0n;
  }
  return out;
}
function isOidContent(bytes, start, end) {
  if (start === end || bytes[end - 1] >= 128) return false;
  let first = true;
  for (let i = start; i < end; i++) {
    const octet = bytes[i];
    if (first && octet === 128) return false;
    first = octet < 128;
  }
  return true;
}
function contentOf(oid) {
  const arcs = oid.split(".").map(BigInt);
  const octets = [];
  for (const arc of [arcs[0] * 40n + arcs[1], ...arcs.slice(2)]) {
    const groups = [Number(arc & 0x7fn)];
    for (let rest = arc >> 7n; rest > 0n; rest >>= 7n) groups.unshift(Number(rest & 0x7fn) | 128);
    octets.push(...groups);
  }
  return Uint8Array.from(octets);
}
var SLOTS = 1024;
var known = Array.from({ length: SLOTS }, () => []);
function slotOf(bytes, start, end) {
  let h = end - start;
  for (let i = start; i < end; i++) h = h * 31 + bytes[i] & 16777215;
  return h & SLOTS - 1;
}
for (const text2 of [
  ...Object.values(OID),
  ...Array.from({ length: FULCIO_EXTENSIONS }, (_, i) => FULCIO_ARC + String(i + 1))
]) {
  const content = contentOf(text2);
  known[slotOf(content, 0, content.length)].push({ content, text: text2 });
}
function sameRange(content, bytes, start, end) {
  if (content.length !== end - start) return false;
  for (let i = 0; i < content.length; i++) if (content[i] !== bytes[start + i]) return false;
  return true;
}
function readOid(bytes, start, end) {
  for (const k of known[slotOf(bytes, start, end)]) {
    if (sameRange(k.content, bytes, start, end)) return k.text;
  }
  return isOidContent(bytes, start, end) ? spell(bytes, start, end) : void 0;
}
function oidContent(oid) {
  return contentOf(oid);
}

// src/formats/der.ts
var TAG = {
  boolean: 1,
  integer: 2,
  bitString: 3,
  octetString: 4,
  null: 5,
  oid: 6,
  utf8String: 12,
  printableString: 19,
  ia5String: 22,
  utcTime: 23,
  generalizedTime: 24,
  sequence: 48,
  set: 49
};
function contextTag(n) {
  return 160 | n;
}
function contextPrimitive(n) {
  return 128 | n;
}
var EMPTY = new Uint8Array(0);
var DerReader = class _DerReader {
  #bytes;
  #state;
  #end;
  #at;
  /** Contents of the element read last. */
  #start = 0;
  #stop = 0;
  constructor(bytes, state, start, end) {
    this.#bytes = bytes;
    this.#state = state;
    this.#at = start;
    this.#end = end;
  }
  /** Keeps the fault, if it is the first, and moves to the end so that every loop over `more` ends. */
  fail(where2, reason = this.#state.reason) {
    this.#state.fault ??= { reason, where: where2 };
    this.#at = this.#end;
  }
  /** True while there are elements left. */
  get more() {
    return this.#at < this.#end;
  }
  /** Offset of the next element in the bytes given to `readDer`. */
  get offset() {
    return this.#at;
  }
  /** The encoding of everything read since `offset` was `from`. */
  since(from) {
    return this.#bytes.subarray(from, this.#at);
  }
  /** True when the next element has this identifier octet. */
  has(tag) {
    return this.#at < this.#end && this.#bytes[this.#at] === tag;
  }
  /** Steps over the next element, whatever its tag is, and remembers where its contents are. */
  #step(where2) {
    const bytes = this.#bytes;
    let at3 = this.#at;
    const tag = bytes[at3];
    let length = bytes[at3 + 1];
    at3 += 2;
    if (length >= 128) {
      const octets = length & 127;
      if (octets === 0 || octets > 3) return this.#malformed(where2);
      length = 0;
      for (let i = 0; i < octets; i++) length = length << 8 | bytes[at3 + i];
      if (length < 128 || length >>> 8 * (octets - 1) === 0) return this.#malformed(where2);
      at3 += octets;
    }
    if ((tag & 31) === 31 || tag === 0 || !(at3 + length <= this.#end)) return this.#malformed(where2);
    this.#start = at3;
    this.#stop = this.#at = at3 + length;
    return true;
  }
  #malformed(where2) {
    this.fail(where2);
    this.#start = this.#stop = 0;
    return false;
  }
  #expect(tag, where2) {
    return this.has(tag) ? this.#step(where2) : this.#malformed(where2);
  }
  #contents() {
    return this.#bytes.subarray(this.#start, this.#stop);
  }
  /** The whole next element, whatever its tag is: identifier, length and contents. */
  any(where2) {
    const from = this.#at;
    return this.#step(where2) ? this.#bytes.subarray(from, this.#stop) : EMPTY;
  }
  /** The whole next element, which must have this tag. */
  element(tag, where2) {
    const from = this.#at;
    return this.#expect(tag, where2) ? this.#bytes.subarray(from, this.#stop) : EMPTY;
  }
  /** The contents octets of the next element, which must have this tag. */
  content(tag, where2) {
    this.#expect(tag, where2);
    return this.#contents();
  }
  /** Reads the elements inside the next one, which must have this tag; `read` must consume all of them. */
  within(tag, where2, read) {
    this.#expect(tag, where2);
    const inner = new _DerReader(this.#bytes, this.#state, this.#start, this.#stop);
    const value = read(inner);
    if (inner.more) this.fail(where2);
    return value;
  }
  /** Reads a DER document that is the content of another element, such as the key in a BIT STRING. */
  nested(bytes, where2, read) {
    const inner = new _DerReader(bytes, this.#state, 0, bytes.length);
    const value = read(inner);
    if (inner.more) this.fail(where2);
    return value;
  }
  /** `within` a SEQUENCE. */
  sequence(where2, read) {
    return this.within(TAG.sequence, where2, read);
  }
  /** SEQUENCE OF, or any other run of elements of one kind inside the next element: `read` takes one of them. */
  list(tag, where2, read) {
    return this.within(tag, where2, (inner) => {
      const items = [];
      while (inner.more) items.push(read(inner));
      return items;
    });
  }
  /** SET OF (X.690 §11.6): the encodings of the elements are in ascending order. */
  setOf(tag, where2, read) {
    let previous = EMPTY;
    return this.list(tag, where2, (inner) => {
      const from = inner.#at;
      const value = read(inner);
      const encoding = inner.#bytes.subarray(from, inner.#at);
      if (compareBytes(previous, encoding) > 0) inner.fail(where2);
      previous = encoding;
      return value;
    });
  }
  /** BOOLEAN (X.690 §11.1): 0x00 or 0xff. */
  boolean(where2) {
    this.#expect(TAG.boolean, where2);
    const octet = this.#bytes[this.#start];
    if (this.#stop - this.#start !== 1 || octet !== 0 && octet !== 255) return this.#malformed(where2);
    return octet === 255;
  }
  /** A BOOLEAN DEFAULT FALSE: absent is false, and FALSE may not be written (X.690 §11.5). */
  flag(where2) {
    if (!this.has(TAG.boolean)) return false;
    return this.boolean(where2) || this.#malformed(where2);
  }
  /** Contents octets of an INTEGER (X.690 §8.3.2: its first nine bits are not all alike). */
  signed(where2, tag = TAG.integer) {
    this.#expect(tag, where2);
    const length = this.#stop - this.#start;
    const nineBits = this.#bytes[this.#start] << 1 | this.#bytes[this.#start + 1] >> 7;
    if (length === 0 || length > 1 && (nineBits === 0 || nineBits === 511)) this.#malformed(where2);
    return this.#contents();
  }
  /** Contents octets of an INTEGER that is not negative; a leading zero octet is kept. */
  unsigned(where2, tag = TAG.integer) {
    const octets = this.signed(where2, tag);
    if ((octets[0] ?? 0) >= 128) this.fail(where2);
    return octets;
  }
  /** A small INTEGER of 0 to `max`; `max` is below 2^31. */
  integer(where2, max, tag = TAG.integer) {
    const octets = this.unsigned(where2, tag);
    let value = 0;
    for (const octet of octets.subarray(0, 6)) value = value * 256 + octet;
    if (octets.length > 6 || value > max) this.#malformed(where2);
    return value;
  }
  /** BIT STRING of whole octets. */
  bitString(where2) {
    this.#expect(TAG.bitString, where2);
    if (this.#start === this.#stop || this.#bytes[this.#start] !== 0) {
      this.#malformed(where2);
      return EMPTY;
    }
    return this.#bytes.subarray(this.#start + 1, this.#stop);
  }
  /**
   * BIT STRING with named bits, at most 16 (X.690 §11.2.2: no trailing zero bits, unused bits zero). Bit n of the answer
   * is the named bit n.
   */
  namedBits(where2) {
    this.#expect(TAG.bitString, where2);
    const unused = this.#bytes[this.#start];
    const octets = this.#stop - this.#start - 1;
    const last = this.#bytes[this.#stop - 1];
    const canonical = octets === 0 ? unused === 0 : octets > 0 && octets <= 2 && unused <= 7 && (last & (2 << unused) - 1) === 1 << unused;
    if (!canonical) {
      this.#malformed(where2);
      return 0;
    }
    let bits = 0;
    for (let i = 0; i < 8 * octets; i++) {
      if ((this.#bytes[this.#start + 1 + (i >> 3)] & 128 >> (i & 7)) !== 0) bits |= 1 << i;
    }
    return bits;
  }
  /** NULL. */
  null(where2) {
    if (!this.#expect(TAG.null, where2) || this.#start !== this.#stop) this.#malformed(where2);
  }
  /** OBJECT IDENTIFIER as dotted text. */
  oid(where2) {
    const found = this.#expect(TAG.oid, where2) ? readOid(this.#bytes, this.#start, this.#stop) : void 0;
    if (found === void 0) this.fail(where2);
    return found ?? "";
  }
  /** The text of a string type that holds UTF-8. */
  utf8(where2, tag = TAG.utf8String) {
    const text2 = fromUtf8(this.content(tag, where2));
    if (text2 === void 0) this.fail(where2);
    return text2 ?? "";
  }
  /** The text of a string type that holds ASCII (IA5String), control characters excluded. */
  ascii(where2, tag = TAG.ia5String) {
    const octets = this.content(tag, where2);
    if (!octets.every((octet) => octet >= 32 && octet <= 126)) this.fail(where2);
    return fromUtf8(octets) ?? "";
  }
};
function readDer(bytes, reason, read) {
  const state = { fault: void 0, reason };
  const reader = new DerReader(bytes, state, 0, bytes.length);
  const value = read(reader);
  if (reader.more) reader.fail("trailing bytes");
  return state.fault === void 0 ? ok(value) : err(state.fault);
}

// src/formats/algorithm-identifier.ts
var DIGESTS = /* @__PURE__ */ new Map([
  [OID.sha256, "sha256"],
  [OID.sha384, "sha384"],
  [OID.sha512, "sha512"]
]);
var HASH_BYTES = { sha256: 32, sha384: 48, sha512: 64 };
var ML_DSA = /* @__PURE__ */ new Map([
  [OID.mlDsa44, "ML-DSA-44"],
  [OID.mlDsa65, "ML-DSA-65"],
  [OID.mlDsa87, "ML-DSA-87"]
]);
function mlDsaSet(oid) {
  return ML_DSA.get(oid);
}
var SIGNATURES = new Map([
  [OID.ecdsaSha256, { kind: "ecdsa", hash: "sha256" }],
  [OID.ecdsaSha384, { kind: "ecdsa", hash: "sha384" }],
  [OID.ecdsaSha512, { kind: "ecdsa", hash: "sha512" }],
  [OID.rsaSha256, { kind: "rsa-pkcs1", hash: "sha256" }],
  [OID.rsaSha384, { kind: "rsa-pkcs1", hash: "sha384" }],
  [OID.rsaSha512, { kind: "rsa-pkcs1", hash: "sha512" }],
  [OID.ed25519, { kind: "ed25519" }],
  ...Array.from(ML_DSA, ([oid, set]) => [oid, { kind: "ml-dsa", set }])
]);
function optionalNull(reader, where2) {
  if (reader.more) reader.null(where2);
}
function readDigestAlgorithm(reader, where2) {
  return reader.sequence(where2, (inner) => {
    const hash = DIGESTS.get(inner.oid(where2));
    if (hash === void 0) inner.fail(where2, "algorithm-unsupported");
    optionalNull(inner, where2);
    return hash ?? "sha256";
  });
}
function readPssParameters(reader, where2) {
  return reader.sequence(where2, (inner) => {
    const hash = inner.within(contextTag(0), where2, (r) => readDigestAlgorithm(r, where2));
    const mask = inner.within(
      contextTag(1),
      where2,
      (r) => r.sequence(where2, (s) => {
        if (s.oid(where2) !== OID.mgf1) s.fail(where2, "algorithm-unsupported");
        return readDigestAlgorithm(s, where2);
      })
    );
    const salt = inner.within(contextTag(2), where2, (r) => r.integer(where2, 64));
    if (mask !== hash || salt !== HASH_BYTES[hash]) inner.fail(where2, "algorithm-unsupported");
    return hash;
  });
}
function readSignatureAlgorithm(reader, where2, digest2) {
  return reader.sequence(where2, (inner) => {
    const oid = inner.oid(where2);
    if (oid === OID.rsassaPss) return { kind: "rsa-pss", hash: readPssParameters(inner, where2) };
    const algorithm = oid === OID.rsaEncryption && digest2 !== void 0 ? { kind: "rsa-pkcs1", hash: digest2 } : SIGNATURES.get(oid);
    if (algorithm === void 0) inner.fail(where2, "algorithm-unsupported");
    else if (digest2 !== void 0 || algorithm.kind === "rsa-pkcs1") optionalNull(inner, where2);
    return algorithm ?? { kind: "ed25519" };
  });
}

// src/formats/curve.ts
function bigEndian(value, length) {
  return Uint8Array.from({ length }, (_, i) => Number(value >> BigInt(8 * (length - 1 - i)) & 0xffn));
}
var CURVES = {
  "P-256": {
    bytes: 32,
    p: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
    b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
    order: bigEndian(0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n, 32)
  },
  "P-384": {
    bytes: 48,
    p: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
    b: 0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aefn,
    order: bigEndian(
      0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
      48
    )
  },
  "P-521": {
    bytes: 66,
    p: 2n ** 521n - 1n,
    b: 0x051953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00n,
    order: bigEndian(
      0x1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
      66
    )
  }
};
function toBigInt(bytes) {
  return BigInt("0x" + toHex(bytes));
}
function isCurvePoint(curve, point) {
  const { bytes, p, b } = CURVES[curve];
  if (point.length !== 1 + 2 * bytes || point[0] !== 4) return false;
  const x = toBigInt(point.subarray(1, 1 + bytes));
  const y = toBigInt(point.subarray(1 + bytes));
  return x < p && y < p && (x * (x * x - 3n) + b - y * y) % p === 0n;
}

// src/formats/der-write.ts
function derHeader(tag, length) {
  if (length < 128) return Uint8Array.of(tag, length);
  if (length < 256) return Uint8Array.of(tag, 129, length);
  if (length < 65536) return Uint8Array.of(tag, 130, length >> 8, length);
  return Uint8Array.of(tag, 131, length >> 16, length >> 8, length);
}
function derElement(tag, ...contents) {
  let length = 0;
  for (const part of contents) length += part.length;
  return concatBytes(derHeader(tag, length), ...contents);
}

// src/formats/edwards.ts
function littleEndian(hex) {
  return fromHex(hex);
}
var SMALL_ORDER_Y = [
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0100000000000000000000000000000000000000000000000000000000000000",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"
].map(littleEndian);
var FIELD_PRIME = littleEndian("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f").reverse();
var ORDER = littleEndian("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010").reverse();
function isEdwardsPoint(encoded) {
  if (encoded.length !== 32) return false;
  const y = Uint8Array.from(encoded);
  y[31] = y[31] & 127;
  if (SMALL_ORDER_Y.some((small) => equalBytes(small, y))) return false;
  return compareBytes(y.reverse(), FIELD_PRIME) < 0;
}
function isEdwardsSignature(signature) {
  if (signature.length !== 64) return false;
  const s = Uint8Array.from(signature.subarray(32)).reverse();
  return compareBytes(s, ORDER) < 0 && isEdwardsPoint(signature.subarray(0, 32));
}

// src/formats/pem.ts
function readPem(text2, label) {
  const begin = `-----BEGIN ${label}-----`;
  const end = `-----END ${label}-----`;
  const blocks = [];
  let body;
  for (const line of text2.split(/\r?\n/)) {
    if (body === void 0) {
      if (line === begin) body = [];
      else if (line !== "") return void 0;
    } else if (line === end) {
      const bytes = fromBase64(body.join(""));
      if (bytes === void 0 || bytes.length === 0) return void 0;
      blocks.push(bytes);
      body = void 0;
    } else {
      body.push(line);
    }
  }
  return body === void 0 && blocks.length > 0 ? blocks : void 0;
}

// src/formats/public-key.ts
var ML_DSA_KEY_BYTES = { "ML-DSA-44": 1312, "ML-DSA-65": 1952, "ML-DSA-87": 2592 };
var ML_DSA_OIDS = {
  "ML-DSA-44": "mlDsa44",
  "ML-DSA-65": "mlDsa65",
  "ML-DSA-87": "mlDsa87"
};
var CURVE_OIDS = /* @__PURE__ */ new Map([
  [OID.p256, "P-256"],
  [OID.p384, "P-384"],
  [OID.p521, "P-521"]
]);
var NO_BYTES = new Uint8Array(0);
function unsupported(reader, where2) {
  reader.fail(where2, "algorithm-unsupported");
  return { kind: "ed25519" };
}
function readKeyAlgorithm(reader, where2) {
  const oid = reader.oid(where2);
  switch (oid) {
    case OID.ecPublicKey: {
      const curve = CURVE_OIDS.get(reader.oid(where2));
      return curve === void 0 ? unsupported(reader, where2) : { kind: "ec", curve };
    }
    case OID.rsaEncryption:
      reader.null(where2);
      return { kind: "rsa" };
    case OID.rsassaPss:
      return { kind: "rsa", pss: readPssParameters(reader, where2) };
    case OID.ed25519:
      return { kind: "ed25519" };
    default: {
      const set = mlDsaSet(oid);
      return set === void 0 ? unsupported(reader, where2) : { kind: "ml-dsa", set };
    }
  }
}
function magnitude(integer2) {
  return integer2[0] === 0 ? integer2.subarray(1) : integer2;
}
function readRsaKey(reader, where2) {
  return reader.sequence(where2, (inner) => {
    const modulus = magnitude(inner.unsigned(where2));
    const exponent = magnitude(inner.unsigned(where2));
    const bits = 8 * modulus.length - (Math.clz32(modulus[0] ?? 0) - 24);
    const isOdd = (n) => ((n.at(-1) ?? 0) & 1) === 1;
    const isOne = exponent.length === 1 && exponent[0] === 1;
    if (!isOdd(modulus) || !isOdd(exponent) || isOne || exponent.length > 4) inner.fail(where2);
    if (bits < 2048 || bits > 8192) inner.fail(where2, "algorithm-unsupported");
    return { bits, modulus, exponent };
  });
}
function readKey(reader, where2, algorithm, spki2, raw) {
  switch (algorithm.kind) {
    case "ec":
      if (!isCurvePoint(algorithm.curve, raw)) reader.fail(where2);
      return { kind: "ec", curve: algorithm.curve, spki: spki2, point: raw };
    case "ed25519":
      if (!isEdwardsPoint(raw)) reader.fail(where2);
      return { kind: "ed25519", spki: spki2, raw };
    case "rsa":
      return { ...algorithm, spki: spki2, ...reader.nested(raw, where2, (r) => readRsaKey(r, where2)) };
    case "ml-dsa":
      if (raw.length !== ML_DSA_KEY_BYTES[algorithm.set]) reader.fail(where2);
      return { kind: "ml-dsa", set: algorithm.set, spki: spki2, raw };
  }
}
function readPublicKey(reader, where2) {
  const from = reader.offset;
  const [algorithm, raw] = reader.sequence(where2, (inner) => {
    const kind = inner.sequence(where2, (a) => readKeyAlgorithm(a, where2));
    return [kind, inner.bitString(where2)];
  });
  return readKey(reader, where2, algorithm, reader.since(from), raw);
}
function parsePublicKey(spki2) {
  return readDer(spki2, "public-key-malformed", (reader) => readPublicKey(reader, "publicKey"));
}
function wrap(oid, parameters, raw) {
  const algorithm = derElement(TAG.sequence, derElement(TAG.oid, oidContent(OID[oid])), parameters);
  return derElement(TAG.sequence, algorithm, derElement(TAG.bitString, Uint8Array.of(0), raw));
}
function ed25519Key(raw) {
  return parsePublicKey(wrap("ed25519", NO_BYTES, raw));
}
function mlDsaKey(set, raw) {
  return parsePublicKey(wrap(ML_DSA_OIDS[set], NO_BYTES, raw));
}
function rsaPkcs1Key(der) {
  return parsePublicKey(wrap("rsaEncryption", Uint8Array.of(TAG.null, 0), der));
}

// src/formats/algorithm-registry.ts
var SHA256 = "sha256";
var ecdsa = (curve, hash) => ({ kind: "ecdsa", curve, hash });
var PKCS1 = { kind: "rsa-pkcs1", hash: SHA256 };
var PSS = { kind: "rsa-pss", hash: SHA256 };
var ED25519 = { kind: "ed25519" };
var ED25519PH = { kind: "ed25519ph" };
var spki = { encoding: "spki", deprecated: false };
var old = { encoding: "spki", deprecated: true };
var oldPkcs1 = { encoding: "pkcs1", deprecated: true };
var REGISTRY = [
  { ...spki, number: 5, name: "PKIX_ECDSA_P256_SHA_256", scheme: ecdsa("P-256", SHA256) },
  { ...spki, number: 12, name: "PKIX_ECDSA_P384_SHA_384", scheme: ecdsa("P-384", "sha384") },
  { ...spki, number: 13, name: "PKIX_ECDSA_P521_SHA_512", scheme: ecdsa("P-521", "sha512") },
  { ...old, number: 19, name: "PKIX_ECDSA_P384_SHA_256", scheme: ecdsa("P-384", SHA256) },
  { ...old, number: 20, name: "PKIX_ECDSA_P521_SHA_256", scheme: ecdsa("P-521", SHA256) },
  { ...spki, number: 7, name: "PKIX_ED25519", scheme: ED25519 },
  { ...spki, number: 8, name: "PKIX_ED25519_PH", scheme: ED25519PH },
  { ...spki, number: 9, name: "PKIX_RSA_PKCS1V15_2048_SHA256", scheme: PKCS1, rsaBits: 2048 },
  { ...spki, number: 10, name: "PKIX_RSA_PKCS1V15_3072_SHA256", scheme: PKCS1, rsaBits: 3072 },
  { ...spki, number: 11, name: "PKIX_RSA_PKCS1V15_4096_SHA256", scheme: PKCS1, rsaBits: 4096 },
  { ...spki, number: 16, name: "PKIX_RSA_PSS_2048_SHA256", scheme: PSS, rsaBits: 2048 },
  { ...spki, number: 17, name: "PKIX_RSA_PSS_3072_SHA256", scheme: PSS, rsaBits: 3072 },
  { ...spki, number: 18, name: "PKIX_RSA_PSS_4096_SHA256", scheme: PSS, rsaBits: 4096 },
  { ...spki, number: 21, name: "ML_DSA_65", scheme: { kind: "ml-dsa", set: "ML-DSA-65" } },
  { ...spki, number: 22, name: "ML_DSA_87", scheme: { kind: "ml-dsa", set: "ML-DSA-87" } },
  { ...spki, number: 23, name: "ML_DSA_44", scheme: { kind: "ml-dsa", set: "ML-DSA-44" } },
  { ...oldPkcs1, number: 1, name: "PKCS1_RSA_PKCS1V5", scheme: PKCS1 },
  { ...oldPkcs1, number: 2, name: "PKCS1_RSA_PSS", scheme: PSS },
  { ...old, number: 3, name: "PKIX_RSA_PKCS1V5", scheme: PKCS1 },
  { ...old, number: 4, name: "PKIX_RSA_PSS", scheme: PSS }
];
var BY_NAME = new Map(REGISTRY.map((row) => [row.name, row]));
function registeredScheme(name3) {
  return BY_NAME.get(name3);
}
function schemeFitsKey(scheme, key2) {
  switch (scheme.kind) {
    case "ecdsa":
      return key2.kind === "ec" && key2.curve === scheme.curve;
    case "ed25519":
    case "ed25519ph":
      return key2.kind === "ed25519";
    case "rsa-pkcs1":
      return key2.kind === "rsa" && key2.pss === void 0;
    case "rsa-pss":
      return key2.kind === "rsa" && (key2.pss ?? scheme.hash) === scheme.hash;
    case "ml-dsa":
      return key2.kind === "ml-dsa" && key2.set === scheme.set;
  }
}
function schemeFor(algorithm, key2) {
  if (algorithm.kind === "ecdsa") return key2.kind === "ec" ? { ...algorithm, curve: key2.curve } : void 0;
  return schemeFitsKey(algorithm, key2) ? algorithm : void 0;
}
function registeredKey(row, bytes) {
  const parsed = row.encoding === "pkcs1" ? rsaPkcs1Key(bytes) : parsePublicKey(bytes);
  if (!parsed.ok) return parsed;
  const key2 = parsed.value;
  const fits = schemeFitsKey(row.scheme, key2) && (key2.kind !== "rsa" || (row.rsaBits ?? key2.bits) === key2.bits);
  return fits ? parsed : err({ reason: "algorithm-unsupported", where: row.name });
}
function allowedSchemes(key2) {
  return REGISTRY.filter(
    (row) => schemeFitsKey(row.scheme, key2) && row.rsaBits === (key2.kind === "rsa" ? key2.bits : void 0)
  ).map((row) => row.scheme);
}
function prehashOf(scheme) {
  switch (scheme.kind) {
    case "ed25519":
    case "ml-dsa":
      return void 0;
    case "ed25519ph":
      return "sha512";
    case "ecdsa":
    case "rsa-pkcs1":
    case "rsa-pss":
      return scheme.hash;
  }
}

// src/formats/ecdsa-encoding.ts
function integerEnd(der, at3, order) {
  const length = der[at3 + 1] ?? 0;
  const start = at3 + 2;
  const end = start + length;
  if (der[at3] !== TAG.integer || length === 0 || length > order.length + 1 || end > der.length) return -1;
  const first = der[start];
  const isPadded = first === 0;
  if (first >= 128 || isPadded && (length === 1 || der[start + 1] < 128)) return -1;
  const value = der.subarray(isPadded ? start + 1 : start, end);
  if (value.length > order.length || value.length === order.length && compareBytes(value, order) >= 0) return -1;
  return end;
}
function sequenceStart(der) {
  if (der[0] !== TAG.sequence) return -1;
  if (der[1] === 129) return (der[2] ?? 0) >= 128 && der[2] === der.length - 3 ? 3 : -1;
  return der[1] === der.length - 2 && der.length < 130 ? 2 : -1;
}
function split(curve, der) {
  const { order } = CURVES[curve];
  const r = sequenceStart(der);
  if (r < 0) return void 0;
  const s = integerEnd(der, r, order);
  return s >= 0 && integerEnd(der, s, order) === der.length ? [r, s] : void 0;
}
function isEcdsaSignature(curve, der) {
  return split(curve, der) !== void 0;
}
function derInteger(octets) {
  let skip2 = 0;
  while (skip2 < octets.length - 1 && octets[skip2] === 0) skip2++;
  const value = octets.subarray(skip2);
  return value[0] >= 128 ? derElement(TAG.integer, Uint8Array.of(0), value) : derElement(TAG.integer, value);
}
function p1363ToDer(curve, signature) {
  const { bytes } = CURVES[curve];
  if (signature.length !== 2 * bytes) return void 0;
  const der = derElement(TAG.sequence, derInteger(signature.subarray(0, bytes)), derInteger(signature.subarray(bytes)));
  return isEcdsaSignature(curve, der) ? der : void 0;
}

// src/formats/signature.ts
var ML_DSA_SIGNATURE_BYTES = {
  "ML-DSA-44": 2420,
  "ML-DSA-65": 3309,
  "ML-DSA-87": 4627
};
function isRsaSignature(key2, signature) {
  return key2.kind === "rsa" && signature.length === key2.modulus.length && compareBytes(signature, key2.modulus) < 0;
}
function isSignatureEncoding(scheme, key2, signature) {
  switch (scheme.kind) {
    case "ecdsa":
      return isEcdsaSignature(scheme.curve, signature);
    case "ed25519":
    case "ed25519ph":
      return isEdwardsSignature(signature);
    case "rsa-pkcs1":
    case "rsa-pss":
      return isRsaSignature(key2, signature);
    case "ml-dsa":
      return signature.length === ML_DSA_SIGNATURE_BYTES[scheme.set];
  }
}
function dataFits(scheme, data) {
  if (!("digest" in data)) return true;
  const hash = prehashOf(scheme);
  return hash !== void 0 && data.digest.length === HASH_BYTES[hash];
}
async function checkSignature(crypto, request) {
  const { scheme, key: key2, signature, data } = request;
  if (!schemeFitsKey(scheme, key2) || !dataFits(scheme, data)) return "unsupported";
  if (!isSignatureEncoding(scheme, key2, signature)) return "encoding";
  return await crypto.verify(request) ? "valid" : "mismatch";
}

// src/verify/window.ts
function contains(window2, atSeconds) {
  return atSeconds >= window2.start && (window2.end === void 0 || atSeconds <= window2.end);
}

// src/verify/certificate-path.ts
var CODE_SIGNING = "1.3.6.1.5.5.7.3.3";
var TIME_STAMPING = "1.3.6.1.5.5.7.3.8";
var SIGNER_NAMES = /* @__PURE__ */ new Set(["email", "uri", "other"]);
async function isIssuedBy(certificate, issuer, crypto) {
  if (!equalBytes(certificate.issuer, issuer.subject)) return false;
  const scheme = schemeFor(certificate.scheme, issuer.publicKey);
  if (scheme === void 0) return false;
  const data = { message: certificate.tbs };
  const outcome = await checkSignature(crypto, {
    scheme,
    key: issuer.publicKey,
    signature: certificate.signature,
    data
  });
  return outcome === "valid";
}
function leafProfileFault(leaf) {
  if (leaf.basicConstraints?.ca === true) return "is a certificate authority";
  if (leaf.keyUsage?.digitalSignature !== true) return "key usage lacks digitalSignature";
  if (leaf.keyUsage.keyCertSign) return "key usage has keyCertSign";
  if (leaf.extendedKeyUsage?.oids.includes(CODE_SIGNING) !== true) return "extended key usage lacks codeSigning";
  if (leaf.san === void 0) return "has no subject alternative name";
  const [name3, second] = leaf.san.names;
  if (name3 === void 0 || second !== void 0) return "has not exactly one subject alternative name";
  if (!SIGNER_NAMES.has(name3.type)) return "subject alternative name is not a signer's";
  if (leaf.subjectEmpty && !leaf.san.critical) return "subject alternative name is not critical";
  if (leaf.unknownCritical.length > 0) return `unknown critical extension ${leaf.unknownCritical.join(", ")}`;
  return void 0;
}
function authorityProfileFault(certificate, below) {
  const { basicConstraints, keyUsage } = certificate;
  if (basicConstraints?.ca !== true) return "is not a certificate authority";
  if (!basicConstraints.critical) return "basic constraints are not critical";
  if (keyUsage?.keyCertSign !== true) return "key usage lacks keyCertSign";
  if (basicConstraints.pathLength !== void 0 && basicConstraints.pathLength < below) return "path is too long";
  if (certificate.unknownCritical.length > 0) return "unknown critical extension";
  return void 0;
}
function mayHaveIssued(issuer, certificate) {
  if (!equalBytes(certificate.issuer, issuer.subject)) return false;
  const { authorityKeyId } = certificate;
  const { subjectKeyId } = issuer;
  return authorityKeyId === void 0 || subjectKeyId === void 0 || equalBytes(authorityKeyId, subjectKeyId);
}
async function findPath(leaf, authorities, crypto) {
  const found = [];
  let fault3;
  const issuers = /* @__PURE__ */ new Map();
  for (const authority2 of authorities) {
    const [issuer] = authority2.chain;
    if (!mayHaveIssued(issuer, leaf)) continue;
    const profile = authority2.chain.map((c, i) => authorityProfileFault(c, i)).find((f) => f !== void 0);
    if (profile !== void 0) {
      fault3 = profile;
      continue;
    }
    const known2 = [...issuers].find(([key2]) => equalBytes(key2.spki, issuer.publicKey.spki));
    const issued = known2 === void 0 ? await isIssuedBy(leaf, issuer, crypto) : known2[1];
    issuers.set(issuer.publicKey, issued);
    if (issued && await authority2.linked()) found.push(authority2);
  }
  if (found.length > 0) return { ok: true, authorities: found };
  return fault3 === void 0 ? { ok: false, reason: "certificate-untrusted", detail: "no trusted authority issued this certificate" } : { ok: false, reason: "certificate-profile", detail: `authority ${fault3}` };
}
function validityAt(leaf, authorities, atSeconds) {
  if (!contains({ start: leaf.notBefore, end: leaf.notAfter }, atSeconds)) return "time-outside-certificate";
  const valid = authorities.some(
    (a) => contains(a.validFor, atSeconds) && a.chain.every((c) => contains({ start: c.notBefore, end: c.notAfter }, atSeconds))
  );
  return valid ? void 0 : "time-outside-authority";
}

// src/formats/sct.ts
var HEADER_BYTES = 1 + 32 + 8;
var TLS_SHA256 = 4;
var TLS_RSA = 1;
var TLS_ECDSA = 3;
function vector(bytes, at3) {
  const length = (bytes[at3] ?? 0) << 8 | (bytes[at3 + 1] ?? 0);
  return at3 + 2 + length <= bytes.length ? bytes.subarray(at3 + 2, at3 + 2 + length) : void 0;
}
function parseSct(bytes) {
  if (bytes[0] !== 0) return void 0;
  const extensions = vector(bytes, HEADER_BYTES);
  if (extensions === void 0) return void 0;
  const at3 = HEADER_BYTES + 2 + extensions.length;
  const signature = vector(bytes, at3 + 2);
  if (signature === void 0 || at3 + 4 + signature.length !== bytes.length) return void 0;
  return {
    logId: bytes.subarray(1, 33),
    timestampMs: new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getBigUint64(33),
    extensions,
    hash: bytes[at3],
    signatureAlgorithm: bytes[at3 + 1],
    signature
  };
}
function parseSctList(list2) {
  const body = vector(list2, 0);
  if (body?.length !== list2.length - 2 || body.length === 0) return err({ reason: "sct-invalid", where: "sctList" });
  const scts = [];
  for (let at3 = 0; at3 < body.length; ) {
    const where2 = `sct/${String(scts.length)}`;
    if (scts.length === LIMITS.scts) return err({ reason: "too-large", where: where2 });
    const bytes = vector(body, at3);
    const sct = bytes === void 0 ? void 0 : parseSct(bytes);
    if (bytes === void 0 || sct === void 0) return err({ reason: "sct-invalid", where: where2 });
    scts.push(sct);
    at3 += 2 + bytes.length;
  }
  return ok(scts);
}
function sctScheme(sct, key2) {
  if (sct.hash !== TLS_SHA256) return void 0;
  if (sct.signatureAlgorithm === TLS_ECDSA) return schemeFor({ kind: "ecdsa", hash: "sha256" }, key2);
  if (sct.signatureAlgorithm === TLS_RSA) return schemeFor({ kind: "rsa-pkcs1", hash: "sha256" }, key2);
  return void 0;
}
function sctSignedBytes(sct, issuerKeyHash, precertTbs) {
  const header = new Uint8Array(12);
  new DataView(header.buffer).setBigUint64(2, sct.timestampMs);
  header[11] = 1;
  const n = precertTbs.length;
  const e = sct.extensions.length;
  return concatBytes(
    header,
    issuerKeyHash,
    Uint8Array.of(n >> 16, n >> 8, n),
    precertTbs,
    Uint8Array.of(e >> 8, e),
    sct.extensions
  );
}

// src/verify/sct.ts
async function checkScts(leaf, issuer, logs, crypto) {
  if (leaf.sctList === void 0) return [skip("sct", "sct-missing")];
  const parsed = parseSctList(leaf.sctList);
  if (!parsed.ok) return [fail("sct", "sct-invalid", { fault: parsed.error.reason })];
  if (issuer === void 0) return parsed.value.map((_, i) => skip(`sct/${String(i)}`, "depends-on-failed"));
  const issuerKeyHash = crypto.hash("sha256", issuer.spki);
  const precert = leaf.precertTbs();
  const checks = [];
  for (const [i, sct] of parsed.value.entries()) {
    checks.push(await checkSct(`sct/${String(i)}`, sct, issuerKeyHash, precert, logs, crypto));
  }
  return checks;
}
async function checkSct(key2, sct, issuerKeyHash, precert, logs, crypto) {
  const atSeconds = Number(sct.timestampMs / 1000n);
  const evidence = { log: toHex(sct.logId), timestampMs: String(sct.timestampMs) };
  const known2 = logs.filter((l) => equalBytes(l.logId, sct.logId));
  if (known2.length === 0) return skip(key2, "sct-log-unknown", evidence);
  const log3 = known2.find((l) => contains(l.validFor, atSeconds));
  if (log3 === void 0) return fail(key2, "time-outside-authority", evidence);
  const scheme = sctScheme(sct, log3.key);
  if (scheme === void 0) return fail(key2, "sct-invalid", evidence);
  const message = sctSignedBytes(sct, issuerKeyHash, precert);
  const outcome = await checkSignature(crypto, { scheme, key: log3.key, signature: sct.signature, data: { message } });
  return outcome === "valid" ? pass(key2, evidence) : fail(key2, "sct-invalid", evidence);
}

// src/verify/certificate.ts
async function checkCertificate(leaf, issuers, root, times, crypto) {
  const fault3 = leafProfileFault(leaf);
  const path = await findPath(leaf, root?.authorities ?? [], crypto);
  const authorities = path.ok ? path.authorities : [];
  const issuer = authorities[0]?.chain[0];
  const validity = times.map(({ key: key2, atSeconds }) => {
    const name3 = `validity/${key2}`;
    const evidence = { at: printInstant(atSeconds) };
    if (!path.ok) return skip(name3, "depends-on-failed", evidence);
    const outside = validityAt(leaf, authorities, atSeconds);
    return outside === void 0 ? pass(name3, evidence) : fail(name3, outside, evidence);
  });
  let own;
  if (fault3 !== void 0) own = fail("certificate", "certificate-profile", { fault: `leaf ${fault3}` });
  else if (!path.ok) own = fail("certificate", path.reason, { fault: path.detail });
  else if (!authorities.some((a) => isChainOf(a, issuers))) {
    own = fail("certificate", "certificate-untrusted", { fault: "the chain is not that of the trusted authority" });
  } else own = pass("certificate", { serial: toHex(leaf.serial) });
  const checks = [
    own,
    ...await checkScts(leaf, issuer, root?.ctLogs ?? [], crypto),
    ...validity.length === 0 ? [skip("validity", "time-missing")] : validity
  ];
  return { checks, trusted: own.outcome === "pass" };
}
function isChainOf({ chain }, issuers) {
  return chain.every((certificate, i) => {
    const carried = issuers[i];
    return carried === void 0 || equalBytes(carried.der, certificate.der);
  });
}

// src/verify/counting-crypto.ts
var CountingCrypto = class {
  #inner;
  #checks = 0;
  constructor(inner) {
    this.#inner = inner;
  }
  /** True when a check was refused because the bound was reached. */
  get exhausted() {
    return this.#checks > LIMITS.signatureChecks;
  }
  hash(algorithm, bytes) {
    return this.#inner.hash(algorithm, bytes);
  }
  async verify(request) {
    this.#checks++;
    return !this.exhausted && await this.#inner.verify(request);
  }
};

// src/verify/forks.ts
function checkForks(heads) {
  const checks = [];
  for (const [i, a] of heads.entries()) {
    for (const [j, b] of heads.entries()) {
      if (j <= i || a.size === "" || a.origin !== b.origin || a.size !== b.size || a.root === b.root) continue;
      const evidence = { origin: a.origin, size: a.size, root: a.root, other: b.root };
      checks.push(fail(`fork/${String(i)}/${String(j)}`, "split-view", evidence));
    }
  }
  return checks;
}

// src/verify/key.ts
function checkKeys(signed, times) {
  if (signed.keys.length === 0) {
    const reason = signed.checks.some((c) => c.reason === "key-missing") ? "key-missing" : "depends-on-failed";
    return [skip("key", reason), skip("validity", reason)];
  }
  return [
    pass("key", { keys: signed.keys.map((k) => k.id) }),
    ...signed.keys.map(({ id, windows }) => {
      const name3 = `validity/key/${id}`;
      if (windows === void 0) return pass(name3, { windows: null });
      const evidence = {
        windows: windows.map((w) => `${printInstant(w.start)}/${w.end === void 0 ? "" : printInstant(w.end)}`)
      };
      if (times.length === 0) return skip(name3, "time-missing", evidence);
      const inside = times.every((t) => windows.some((w) => contains(w, t.atSeconds)));
      return inside ? pass(name3, evidence) : fail(name3, "time-outside-key", evidence);
    })
  ];
}

// src/tlog/hashing.ts
var HASH_BYTES2 = 32;
var node = new Uint8Array(1 + 2 * HASH_BYTES2);
node[0] = 1;
function nodeHash(crypto, left, right) {
  node.set(left, 1);
  node.set(right, 1 + HASH_BYTES2);
  return crypto.hash("sha256", node);
}
function leafHash(crypto, entry) {
  const bytes = new Uint8Array(1 + entry.length);
  bytes.set(entry, 1);
  return crypto.hash("sha256", bytes);
}
function areHashes(hashes2) {
  return hashes2.every((hash) => hash.length === HASH_BYTES2);
}

// src/formats/note.ts
var LINE_START = "— ";
function isKeyName(name3) {
  return /^[^\p{White_Space}+]+$/u.test(name3);
}
function fault(reason, where2) {
  return err({ reason, where: where2 });
}
function readText(input) {
  if (input.length > LIMITS.noteBytes) return fault("too-large", "note");
  if (typeof input !== "string") {
    const text2 = fromUtf8(input);
    return text2 === void 0 ? fault("utf8-invalid", "note") : ok(text2);
  }
  if (!input.isWellFormed()) return fault("utf8-invalid", "note");
  return utf8(input).length > LIMITS.noteBytes ? fault("too-large", "note") : ok(input);
}
function parseSignatureLine(line, where2) {
  const end = line.lastIndexOf(" ");
  if (!line.startsWith(LINE_START) || end < LINE_START.length) return fault("field-invalid", where2);
  const name3 = line.slice(LINE_START.length, end);
  if (!isKeyName(name3)) return fault("field-invalid", where2);
  const bytes = fromBase64(line.slice(end + 1));
  if (bytes === void 0) return fault("base64-invalid", where2);
  if (bytes.length < 5) return fault("field-invalid", where2);
  const keyId = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  return ok({ name: name3, keyId, signature: bytes.subarray(4) });
}
function parseNote(input) {
  const read = readText(input);
  if (!read.ok) return read;
  const whole = read.value;
  const split2 = whole.lastIndexOf("\n\n");
  if (split2 < 0 || hasControl(whole)) return fault("field-invalid", "note");
  const text2 = whole.slice(0, split2 + 1);
  const lines = whole.slice(split2 + 2).split("\n");
  if (lines.pop() !== "") return fault("field-invalid", "note.signatures");
  if (lines.length === 0 || lines.length > LIMITS.noteSignatures) return fault("signature-count", "note.signatures");
  const signatures = [];
  for (const [i, line] of lines.entries()) {
    const parsed = parseSignatureLine(line, `note.signatures[${String(i)}]`);
    if (!parsed.ok) return parsed;
    signatures.push(parsed.value);
  }
  return ok({ text: text2, signedBytes: utf8(text2), signatures });
}
function hasControl(text2) {
  for (let i = 0; i < text2.length; i++) {
    const c = text2.charCodeAt(i);
    if (c < 32 && c !== 10) return true;
  }
  return false;
}

// src/formats/checkpoint.ts
var MAX_TREE_SIZE = 2n ** 63n - 1n;
function parseTreeSize(text2) {
  if (!/^(?:0|[1-9][0-9]{0,18})$/.test(text2)) return void 0;
  const size = BigInt(text2);
  return size <= MAX_TREE_SIZE ? size : void 0;
}
function malformed(where2) {
  return err({ reason: "checkpoint-malformed", where: where2 });
}
function parseCheckpoint(input) {
  const note = parseNote(input);
  if (!note.ok) return note.error.reason === "too-large" ? note : malformed(note.error.where);
  return checkpointOf(note.value);
}
function checkpointOf(note) {
  const lines = note.text.split("\n").slice(0, -1);
  if (lines.length < 3) return malformed("checkpoint");
  const [origin, size, root, ...extensions] = lines;
  if (origin === "") return malformed("checkpoint.origin");
  if (origin.length > LIMITS.nameLength) return err({ reason: "too-large", where: "checkpoint.origin" });
  const parsedSize = parseTreeSize(size);
  if (parsedSize === void 0) return malformed("checkpoint.size");
  const parsedRoot = fromBase64(root);
  if (parsedRoot?.length !== 32) return malformed("checkpoint.root");
  if (extensions.includes("")) return malformed("checkpoint.extensions");
  return ok({ origin, size: parsedSize, root: parsedRoot, extensions, note });
}

// src/formats/cosignature.ts
var SUBTREE_LABEL = utf8("subtree/v1\n\0");
function u64At(bytes) {
  return new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0);
}
function timed(signature, length) {
  if (signature.length !== 8 + length) return void 0;
  const time = u64At(signature);
  return time > MAX_TREE_SIZE ? void 0 : { time, rest: signature.subarray(8) };
}
function cosignatureV1(note, signature) {
  const parts = timed(signature, 64);
  if (parts === void 0) return void 0;
  const header = utf8(`cosignature/v1
time ${parts.time.toString()}
`);
  return {
    scheme: { kind: "ed25519" },
    signature: parts.rest,
    message: concatBytes(header, note.signedBytes),
    timeSeconds: parts.time
  };
}
function vector8(text2) {
  const bytes = utf8(text2);
  return bytes.length === 0 || bytes.length > 255 ? void 0 : concatBytes(Uint8Array.of(bytes.length), bytes);
}
function subtreeMessage(cosigner, timeSeconds, subtree) {
  const name3 = vector8(cosigner);
  const origin = vector8(subtree.origin);
  if (name3 === void 0 || origin === void 0 || subtree.start !== 0n && timeSeconds !== 0n) return void 0;
  const range = [u64be(subtree.start), u64be(subtree.end), subtree.hash];
  return concatBytes(SUBTREE_LABEL, name3, u64be(timeSeconds), origin, ...range);
}
function mlDsa(vkey, checkpoint, signature) {
  const parts = timed(signature, 2420);
  if (parts === void 0) return void 0;
  const { origin, size, root } = checkpoint;
  const message = subtreeMessage(vkey.name, parts.time, { origin, start: 0n, end: size, hash: root });
  if (message === void 0) return void 0;
  const scheme = { kind: "ml-dsa", set: "ML-DSA-44" };
  return { scheme, signature: parts.rest, message, ...parts.time === 0n ? {} : { timeSeconds: parts.time } };
}
function treeHead(vkey, checkpoint, signature) {
  const length = signature.length - 12;
  if (length < 0 || signature[8] !== 4 || signature[9] !== 3) return void 0;
  if ((signature[10] << 8 | signature[11]) !== length) return void 0;
  const time = u64At(signature);
  if (time > MAX_TREE_SIZE || checkpoint.extensions.length > 0) return void 0;
  const message = concatBytes(Uint8Array.of(0, 1), u64be(time), u64be(checkpoint.size), checkpoint.root);
  return { scheme: ecdsa2(vkey), signature: signature.subarray(12), message, timeSeconds: time / 1000n };
}
function ecdsa2(vkey) {
  const key2 = vkey.key;
  return { kind: "ecdsa", curve: key2.curve, hash: "sha256" };
}
function signedMessage(vkey, note, checkpoint, signature) {
  switch (vkey.type) {
    case "ed25519":
      return { scheme: { kind: "ed25519" }, signature, message: note.signedBytes };
    case "ecdsa":
      return { scheme: ecdsa2(vkey), signature, message: note.signedBytes };
    case "rsa":
      return { scheme: { kind: "rsa-pkcs1", hash: "sha256" }, signature, message: note.signedBytes };
    case "cosignature-v1":
      return checkpoint && cosignatureV1(note, signature);
    case "ml-dsa-44":
      return checkpoint && mlDsa(vkey, checkpoint, signature);
    case "rfc6962-sth":
      return checkpoint && treeHead(vkey, checkpoint, signature);
  }
}

// src/tlog/verify-note.ts
async function verifyLine(crypto, note, checkpoint, vkey, line) {
  const { name: name3, keyId } = line;
  const invalid = { name: name3, keyId, vkey, outcome: "invalid" };
  const signed = signedMessage(vkey, note, checkpoint, line.signature);
  if (signed === void 0) return invalid;
  const { scheme, signature, message, timeSeconds } = signed;
  const outcome = await checkSignature(crypto, { scheme, key: vkey.key, signature, data: { message } });
  if (outcome !== "valid") return invalid;
  return { name: name3, keyId, vkey, outcome, ...timeSeconds === void 0 ? {} : { timeSeconds } };
}
async function verify(crypto, note, checkpoint, vkeys) {
  const results = [];
  for (const line of note.signatures) {
    const vkey = vkeys.find((known2) => known2.keyId === line.keyId && known2.name === line.name);
    if (vkey === void 0) continue;
    const repeated = results.find((result) => result.vkey === vkey);
    if (repeated === void 0) results.push(await verifyLine(crypto, note, checkpoint, vkey, line));
    else results.push({ name: line.name, keyId: line.keyId, vkey, outcome: "invalid" });
  }
  return results;
}
async function verifyCheckpoint(crypto, checkpoint, vkeys) {
  return verify(crypto, checkpoint.note, checkpoint, vkeys);
}
function isSigned(results) {
  return results.length > 0 && results.every((result) => result.outcome === "valid");
}

// src/verify/checkpoint.ts
async function checkCheckpoint(i, note, log3, witnesses, crypto) {
  const key2 = `checkpoint/${String(i)}`;
  const parsed = parseCheckpoint(note);
  if (!parsed.ok) {
    const check2 = fail(key2, "checkpoint-malformed", { where: parsed.error.where, fault: parsed.error.reason });
    return { checks: [check2], parsed: void 0, signed: false };
  }
  const checkpoint = parsed.value;
  const evidence = { origin: checkpoint.origin, size: String(checkpoint.size) };
  if (log3 === void 0) {
    return { checks: [fail(key2, "log-unknown", evidence)], parsed: checkpoint, signed: false };
  }
  const fault3 = await checkpointFault(checkpoint, log3, crypto);
  const check = fault3 === void 0 ? pass(key2, evidence) : fail(key2, fault3, { ...evidence, log: log3.name });
  const signed = fault3 === void 0;
  const cosignatures = signed ? await checkCosignatures(i, checkpoint, witnesses, crypto) : [];
  return { checks: [check, ...cosignatures], parsed: checkpoint, signed };
}
async function checkpointFault(checkpoint, log3, crypto) {
  const { name: name3, vkeys } = signingName(checkpoint, log3);
  if (!isSigned(await verifyCheckpoint(crypto, checkpoint, vkeys))) return "checkpoint-signature";
  return isOriginOf(checkpoint.origin, name3) ? void 0 : "checkpoint-origin";
}
function signingName(checkpoint, log3) {
  const { signatures } = checkpoint.note;
  const known2 = log3.vkeys.some((v) => signatures.some((s) => s.keyId === v.keyId && s.name === v.name));
  const own = /^(.+) - [0-9]+$/.exec(checkpoint.origin)?.[1];
  if (known2 || own === void 0) return { name: log3.name, vkeys: log3.vkeys };
  return { name: own, vkeys: log3.vkeys.filter((v) => v.keyId === log3.spkiKeyId).map((v) => ({ ...v, name: own })) };
}
function isOriginOf(origin, name3) {
  return origin === name3 || origin.startsWith(`${name3} - `) && /^[0-9]+$/.test(origin.slice(name3.length + 3));
}
async function checkCosignatures(i, checkpoint, witnesses, crypto) {
  const lines = await verifyCheckpoint(
    crypto,
    checkpoint,
    witnesses.map((w) => w.vkey)
  );
  return lines.map((line, j) => {
    const key2 = `cosignature/${String(i)}/${String(j)}`;
    const spki2 = toHex(crypto.hash("sha256", line.vkey.key.spki));
    const evidence = { witness: line.name, spki: spki2, at: line.timeSeconds === void 0 ? null : String(line.timeSeconds) };
    return line.outcome === "valid" ? pass(key2, evidence) : fail(key2, "cosignature-mismatch", evidence);
  });
}
function missingCheckpoint(i) {
  return skip(`checkpoint/${String(i)}`, "checkpoint-missing");
}

// src/formats/certificate-extensions.ts
var FULCIO_OTHER_NAME = FULCIO_ARC + "7";
function readBasicConstraints(value, critical, draft) {
  const where2 = "basicConstraints";
  draft.basicConstraints = value.sequence(where2, (r) => {
    const ca = r.flag(where2);
    return ca && r.more ? { critical, ca, pathLength: r.integer(where2, 255) } : { critical, ca };
  });
}
function readKeyUsage(value, critical, draft) {
  const bits = value.namedBits("keyUsage");
  draft.keyUsage = { critical, digitalSignature: (bits & 1) !== 0, keyCertSign: (bits & 1 << 5) !== 0, bits };
}
function readExtendedKeyUsage(value, critical, draft) {
  const where2 = "extendedKeyUsage";
  const oids = value.list(TAG.sequence, where2, (r) => r.oid(where2));
  if (oids.length === 0) value.fail(where2);
  draft.extendedKeyUsage = { critical, oids };
}
function readOtherName(reader, where2) {
  const from = reader.offset;
  const text2 = reader.within(contextTag(0), where2, (r) => {
    const type = r.oid(where2);
    return r.within(contextTag(0), where2, (v) => {
      if (type === FULCIO_OTHER_NAME) return v.utf8(where2);
      v.any(where2);
      return void 0;
    });
  });
  return text2 === void 0 ? { type: "unsupported", value: toHex(reader.since(from)) } : { type: "other", value: text2 };
}
function readGeneralName(reader, where2) {
  if (reader.has(contextPrimitive(6))) return { type: "uri", value: reader.ascii(where2, contextPrimitive(6)) };
  if (reader.has(contextPrimitive(1))) return { type: "email", value: reader.ascii(where2, contextPrimitive(1)) };
  if (reader.has(contextPrimitive(2))) return { type: "dns", value: reader.ascii(where2, contextPrimitive(2)) };
  if (reader.has(contextTag(0))) return readOtherName(reader, where2);
  return { type: "unsupported", value: toHex(reader.any(where2)) };
}
function readSubjectAltName(value, critical, draft) {
  const where2 = "subjectAltName";
  const names = value.list(TAG.sequence, where2, (r) => readGeneralName(r, where2));
  if (names.length === 0 || names.some((name3) => name3.value === "")) value.fail(where2);
  draft.san = { critical, names };
}
function readAuthorityKeyId(value, _critical, draft) {
  const where2 = "authorityKeyIdentifier";
  value.sequence(where2, (r) => {
    if (r.has(contextPrimitive(0))) draft.authorityKeyId = r.content(contextPrimitive(0), where2);
    if (r.has(contextTag(1))) {
      r.any(where2);
      r.unsigned(where2, contextPrimitive(2));
    }
  });
}
var READERS = /* @__PURE__ */ new Map([
  [OID.basicConstraints, readBasicConstraints],
  [OID.keyUsage, readKeyUsage],
  [OID.extendedKeyUsage, readExtendedKeyUsage],
  [OID.subjectAltName, readSubjectAltName],
  [OID.authorityKeyIdentifier, readAuthorityKeyId],
  [
    OID.subjectKeyIdentifier,
    (value, _critical, draft) => {
      draft.subjectKeyId = value.content(TAG.octetString, "subjectKeyIdentifier");
    }
  ],
  [
    OID.sctList,
    (value, _critical, draft) => {
      draft.sctList = value.content(TAG.octetString, "sctList");
    }
  ]
]);
var RAW_CLAIMS = 6;
var CLAIMS = 24;
var rawClaims = /* @__PURE__ */ new Map();
for (let n = 1; n <= CLAIMS; n++) {
  const name3 = String(n);
  if (n <= RAW_CLAIMS) rawClaims.set(FULCIO_ARC + name3, name3);
  else if (FULCIO_ARC + name3 !== FULCIO_OTHER_NAME) {
    READERS.set(FULCIO_ARC + name3, (value, _critical, draft) => {
      draft.fulcio[name3] = value.utf8(`fulcio ${name3}`);
    });
  }
}
function readExtension(reader, seen, draft) {
  return reader.sequence("extension", (r) => {
    const oid = r.oid("extension");
    if (seen.has(oid)) r.fail("extension");
    seen.add(oid);
    const critical = r.flag("extension");
    const raw = rawClaims.get(oid);
    if (raw !== void 0) {
      draft.fulcio[raw] = r.utf8(`fulcio ${raw}`, TAG.octetString);
      return oid;
    }
    const read = READERS.get(oid);
    if (read !== void 0) {
      r.within(TAG.octetString, oid, (value) => {
        read(value, critical, draft);
      });
      return oid;
    }
    r.content(TAG.octetString, oid);
    if (critical) draft.unknownCritical.push(oid);
    return oid;
  });
}

// src/formats/der-time.ts
function secondsOf(digits2) {
  const part = (at3) => Number(digits2.slice(at3, at3 + 2));
  return civilSeconds(Number(digits2.slice(0, 4)), part(4), part(6), part(8), part(10), part(12));
}
function readTime(reader, where2) {
  const short = reader.has(TAG.utcTime);
  const text2 = fromUtf8(reader.content(short ? TAG.utcTime : TAG.generalizedTime, where2)) ?? "";
  const form = short ? /^([0-9]{12})Z$/ : /^([0-9]{14})Z$/;
  const digits2 = form.exec(text2)?.[1] ?? "";
  const full = short ? (digits2 < "5" ? "20" : "19") + digits2 : digits2;
  const seconds3 = secondsOf(full);
  if (seconds3 === void 0 || !short && full < "2050") {
    reader.fail(where2);
    return 0;
  }
  return seconds3;
}
function readFineTime(reader, where2) {
  const text2 = fromUtf8(reader.content(TAG.generalizedTime, where2)) ?? "";
  const [, digits2 = "", fraction = ""] = /^([0-9]{14})(?:\.([0-9]*[1-9]))?Z$/.exec(text2) ?? [];
  const seconds3 = secondsOf(digits2);
  if (seconds3 === void 0) reader.fail(where2);
  return { seconds: seconds3 ?? 0, milliseconds: Number(fraction.slice(0, 3).padEnd(3, "0")) };
}

// src/formats/certificate.ts
function readName(reader, where2) {
  return reader.list(TAG.sequence, where2, (name3) => {
    const attributes = name3.setOf(TAG.set, where2, (rdn) => {
      rdn.sequence(where2, (attribute) => {
        attribute.oid(where2);
        attribute.any(where2);
      });
    });
    if (attributes.length === 0) name3.fail(where2);
  }).length;
}
function withoutSct(der, cuts) {
  const head = der.subarray(...cuts.head);
  const before = der.subarray(cuts.extensions[0], cuts.sct[0]);
  const after = der.subarray(cuts.sct[1], cuts.extensions[1]);
  const list2 = derHeader(TAG.sequence, before.length + after.length);
  const explicit = derHeader(contextTag(3), list2.length + before.length + after.length);
  const tail = explicit.length + list2.length + before.length + after.length;
  return concatBytes(derHeader(TAG.sequence, head.length + tail), head, explicit, list2, before, after);
}
function readExtensions(tbs, draft, headFrom) {
  const head = [headFrom, tbs.offset];
  const seen = /* @__PURE__ */ new Set();
  return tbs.within(
    contextTag(3),
    "extensions",
    (explicit) => explicit.sequence("extensions", (list2) => {
      const start = list2.offset;
      let sct;
      do {
        const from = list2.offset;
        if (readExtension(list2, seen, draft) === OID.sctList) sct = [from, list2.offset];
      } while (list2.more);
      return sct === void 0 ? void 0 : { head, extensions: [start, list2.offset], sct };
    })
  );
}
function readBody(tbs) {
  const headFrom = tbs.offset;
  tbs.within(contextTag(0), "version", (r) => {
    if (r.integer("version", 2) !== 2) r.fail("version");
  });
  const serial = tbs.unsigned("serialNumber");
  if (serial.length - (serial[0] === 0 ? 1 : 0) > 20) tbs.fail("serialNumber");
  const algorithmFrom = tbs.offset;
  const scheme = readSignatureAlgorithm(tbs, "signature");
  const algorithm = tbs.since(algorithmFrom);
  const issuerFrom = tbs.offset;
  if (readName(tbs, "issuer") === 0) tbs.fail("issuer");
  const issuer = tbs.since(issuerFrom);
  const [notBefore, notAfter] = tbs.sequence(
    "validity",
    (r) => [readTime(r, "notBefore"), readTime(r, "notAfter")]
  );
  const subjectFrom = tbs.offset;
  const subjectEmpty = readName(tbs, "subject") === 0;
  const subject = tbs.since(subjectFrom);
  const publicKey = readPublicKey(tbs, "subjectPublicKeyInfo");
  const draft = { fulcio: {}, unknownCritical: [] };
  const cuts = tbs.more ? readExtensions(tbs, draft, headFrom) : void 0;
  const validity = { notBefore, notAfter };
  const names = { issuer, subject, subjectEmpty };
  const fields = { ...draft, scheme, serial, ...names, ...validity, publicKey, spki: publicKey.spki };
  return { fields, algorithm, cuts };
}
function parseCertificate(der) {
  if (der.length > LIMITS.certificateBytes) return err({ reason: "too-large", where: "certificate" });
  return readDer(
    der,
    "certificate-malformed",
    (reader) => reader.sequence("certificate", (c) => {
      const from = c.offset;
      const { fields, algorithm, cuts } = c.sequence("tbsCertificate", readBody);
      const tbs = c.since(from);
      if (!equalBytes(c.any("signatureAlgorithm"), algorithm)) c.fail("signatureAlgorithm");
      const signature = c.bitString("signatureValue");
      const precertTbs = () => cuts === void 0 ? tbs : withoutSct(der, cuts);
      return { ...fields, der, tbs, signature, precertTbs };
    })
  );
}
function identityOf(certificate) {
  const [san, second] = certificate.san?.names ?? [];
  return {
    issuer: certificate.fulcio["8"] ?? certificate.fulcio["1"],
    san: second === void 0 ? san : void 0
  };
}

// src/formats/rekor-body.ts
function withSignatures(signatures, where2) {
  const [first] = signatures;
  return first === void 0 ? refuse("signature-count", where2) : { ...first, signatures };
}

// src/formats/rekor-v1-body.ts
function readHashedRekord1(spec) {
  only(spec, "spec", "data", "signature");
  const data = only(objectAt(spec, "data", "spec"), "spec.data", "hash");
  const where2 = "spec.signature";
  const signature = only(objectAt(spec, "signature", "spec"), where2, "content", "publicKey");
  const key2 = only(objectAt(signature, "publicKey", where2), `${where2}.publicKey`, "content");
  const logged = {
    signature: someBytesAt(signature, "content", where2, LIMITS.signatureBytes),
    verifier: pemVerifierAt(key2, "content", `${where2}.publicKey`)
  };
  return {
    kind: "hashedrekord",
    version: "0.0.1",
    ...withSignatures([logged], where2),
    digest: digestAt(data, "hash", "spec.data"),
    digestOf: "artifact-or-pae",
    legacy: false
  };
}
function readDsse1(spec) {
  only(spec, "spec", "envelopeHash", "payloadHash", "signatures");
  digestAt(spec, "envelopeHash", "spec");
  const signatures = listAt(spec, "signatures", "spec", LIMITS.envelopeSignatures).map((value, i) => {
    const where2 = `spec.signatures[${String(i)}]`;
    const object = only(readObject(value, where2), where2, "signature", "verifier");
    return {
      signature: someBytesAt(object, "signature", where2, LIMITS.signatureBytes),
      verifier: pemVerifierAt(object, "verifier", where2)
    };
  });
  return {
    kind: "dsse",
    version: "0.0.1",
    ...withSignatures(signatures, "spec.signatures"),
    digest: digestAt(spec, "payloadHash", "spec"),
    digestOf: "payload",
    legacy: false
  };
}
function readIntoto2(spec) {
  only(spec, "spec", "content");
  const where2 = "spec.content";
  const content = only(objectAt(spec, "content", "spec"), where2, "envelope", "hash", "payloadHash");
  digestAt(content, "hash", where2);
  const path = `${where2}.envelope`;
  const envelope = only(objectAt(content, "envelope", where2), path, "payload", "payloadType", "signatures");
  const signatures = listAt(envelope, "signatures", path, LIMITS.envelopeSignatures).map((value, i) => {
    const item = `${path}.signatures[${String(i)}]`;
    const object = only(readObject(value, item), item, "keyid", "publicKey", "sig");
    const text2 = fromUtf8(someBytesAt(object, "sig", item, 2 * LIMITS.signatureBytes));
    return {
      signature: readBytes(text2 ?? "?", `${item}.sig`, LIMITS.signatureBytes),
      verifier: pemVerifierAt(object, "publicKey", item)
    };
  });
  return {
    kind: "intoto",
    version: "0.0.2",
    ...withSignatures(signatures, `${path}.signatures`),
    digest: digestAt(content, "payloadHash", where2),
    digestOf: "payload",
    payloadType: stringAt(envelope, "payloadType", path),
    legacy: false
  };
}
function pemVerifierAt(object, name3, where2) {
  const text2 = fromUtf8(someBytesAt(object, name3, where2, 2 * LIMITS.certificateBytes)) ?? "";
  const isCertificate = text2.startsWith("-----BEGIN CERTIFICATE-----");
  const [der, second] = readPem(text2, isCertificate ? "CERTIFICATE" : "PUBLIC KEY") ?? [];
  if (der === void 0 || second !== void 0) return refuse("field-invalid", at(where2, name3));
  return { kind: isCertificate ? "certificate" : "public-key", der };
}
function digestAt(object, name3, where2) {
  const path = at(where2, name3);
  const value = only(objectAt(object, name3, where2), path, "algorithm", "value");
  const hash = hashOfPlainName(nameAt(value, "algorithm", path)) ?? refuse("field-invalid", at(path, "algorithm"));
  const digest2 = fromHex(nameAt(value, "value", path));
  return digest2?.length === DIGEST_BYTES[hash] ? { hash, digest: digest2 } : refuse("field-invalid", at(path, "value"));
}

// src/formats/rekor-v2-body.ts
function readHashedRekord2(spec) {
  only(spec, "spec", "hashedRekordV002");
  const where2 = "spec.hashedRekordV002";
  const inner = only(objectAt(spec, "hashedRekordV002", "spec"), where2, "data", "signature");
  return {
    kind: "hashedrekord",
    version: "0.0.2",
    ...withSignatures([readSignature2(inner["signature"], `${where2}.signature`)], where2),
    digest: digestAt2(inner, "data", where2),
    digestOf: "artifact-or-pae",
    legacy: false
  };
}
function readDsse2(spec) {
  only(spec, "spec", "dsseV002");
  const where2 = "spec.dsseV002";
  const inner = only(objectAt(spec, "dsseV002", "spec"), where2, "payloadHash", "signatures");
  const signatures = listAt(inner, "signatures", where2, LIMITS.envelopeSignatures).map(
    (value, i) => readSignature2(value, `${where2}.signatures[${String(i)}]`)
  );
  return {
    kind: "dsse",
    version: "0.0.2",
    ...withSignatures(signatures, `${where2}.signatures`),
    digest: digestAt2(inner, "payloadHash", where2),
    digestOf: "payload",
    legacy: true
  };
}
function readSignature2(value, where2) {
  const object = only(readObject(value, where2), where2, "content", "verifier");
  const path = at(where2, "verifier");
  const verifier = only(objectAt(object, "verifier", where2), path, "keyDetails", "publicKey", "x509Certificate");
  const isCertificate = optionalAt(verifier, "x509Certificate") !== void 0;
  if (isCertificate && optionalAt(verifier, "publicKey") !== void 0) return refuse("field-invalid", path);
  const name3 = isCertificate ? "x509Certificate" : "publicKey";
  const raw = only(objectAt(verifier, name3, path), at(path, name3), "rawBytes");
  return {
    signature: someBytesAt(object, "content", where2, LIMITS.signatureBytes),
    verifier: {
      kind: isCertificate ? "certificate" : "public-key",
      der: someBytesAt(raw, "rawBytes", at(path, name3), LIMITS.certificateBytes)
    },
    keyDetails: nameAt(verifier, "keyDetails", path)
  };
}
function digestAt2(object, name3, where2) {
  const path = at(where2, name3);
  const value = only(objectAt(object, name3, where2), path, "algorithm", "digest");
  const hash = hashOfProtoName(nameAt(value, "algorithm", path)) ?? refuse("field-invalid", at(path, "algorithm"));
  return { hash, digest: readFixedBytes(nameAt(value, "digest", path), at(path, "digest"), DIGEST_BYTES[hash]) };
}

// src/formats/rekor-entry.ts
function parseEntryBody(body) {
  const parsed = attempt(() => readEntryBody(readJsonBytes(body, LIMITS.evidenceBytes)));
  if (parsed.ok || parsed.error.reason === "entry-kind-unsupported") return parsed;
  return err({ reason: "entry-malformed", where: parsed.error.where });
}
function readEntryBody(value) {
  const object = only(readObject(value, ""), "", "apiVersion", "kind", "spec");
  const spec = objectAt(object, "spec", "");
  switch (`${nameAt(object, "kind", "")} ${nameAt(object, "apiVersion", "")}`) {
    case "hashedrekord 0.0.1":
      return readHashedRekord1(spec);
    case "hashedrekord 0.0.2":
      return readHashedRekord2(spec);
    case "dsse 0.0.1":
      return readDsse1(spec);
    case "dsse 0.0.2":
      return readDsse2(spec);
    case "intoto 0.0.2":
      return readIntoto2(spec);
    default:
      return refuse("entry-kind-unsupported", "kind");
  }
}

// src/verify/entry.ts
function checkEntry(i, entry, logged) {
  const { signature, content, payloadType, signer } = logged;
  const key2 = `entry/${String(i)}`;
  const evidence = { kind: entry.kind, version: entry.version };
  const parsed = parseEntryBody(entry.body);
  if (!parsed.ok) return fail(key2, parsed.error.reason, { ...evidence, where: parsed.error.where });
  const body = parsed.value;
  if (body.kind !== entry.kind || body.version !== entry.version) {
    return fail(key2, "entry-mismatch", { ...evidence, differs: "kind" });
  }
  if (body.legacy) return fail(key2, "entry-kind-unsupported", evidence);
  const sameSignature = body.signatures.filter((s) => equalBytes(s.signature, signature));
  if (sameSignature.length === 0) return fail(key2, "entry-mismatch", { ...evidence, differs: "signature" });
  const digest2 = compareDigest(body, content, payloadType);
  if (digest2 === "differs") return fail(key2, "entry-mismatch", { ...evidence, differs: "digest" });
  if (signer === void 0) return skip(key2, "key-missing", evidence);
  if (!sameSignature.some((s) => isSigner(s.verifier, signer))) {
    return fail(key2, "entry-mismatch", { ...evidence, differs: "certificate or key" });
  }
  if (digest2 !== "same") return skip(key2, digest2, evidence);
  return pass(key2, { ...evidence, digest: `${body.digest.hash}:${toHex(body.digest.digest)}` });
}
function compareDigest(body, content, payloadType) {
  const { hash, digest: digest2 } = body.digest;
  if (content.kind === "dsse") {
    if (body.payloadType !== void 0 && body.payloadType !== payloadType) return "differs";
    const own = content.digest(body.digestOf === "payload" ? "payload" : "pae", hash);
    return equalBytes(own, digest2) ? "same" : "differs";
  }
  if (body.digestOf === "payload") return "differs";
  const written = content.digests[hash];
  if (written === void 0) {
    return Object.keys(content.digests).length === 0 ? "artifact-missing" : "digest-algorithm-missing";
  }
  const known2 = fromHex(written);
  return known2 !== void 0 && equalBytes(known2, digest2) ? "same" : "differs";
}
function isSigner(verifier, signer) {
  if (signer.certificate !== void 0) {
    return verifier.kind === "certificate" && equalBytes(verifier.der, signer.certificate);
  }
  if (verifier.kind === "public-key") return equalBytes(verifier.der, signer.spki);
  const certificate = parseCertificate(verifier.der);
  return certificate.ok && equalBytes(certificate.value.spki, signer.spki);
}

// src/tlog/chain.ts
function bitLength(value) {
  return value === 0n ? 0 : value.toString(2).length;
}
function oneBits(value) {
  let ones = 0;
  for (const digit of value.toString(2)) if (digit === "1") ones++;
  return ones;
}
function trailingZeros(value) {
  const digits2 = value.toString(2);
  return digits2.length - 1 - digits2.lastIndexOf("1");
}
function proofLengths(index, size) {
  const inner = bitLength(index ^ size - 1n);
  return { inner, border: oneBits(index >> BigInt(inner)) };
}
function climbInner(crypto, seed, siblings, index) {
  const digits2 = index.toString(2);
  let hash = seed;
  for (const [level, sibling] of siblings.entries()) {
    const right = digits2[digits2.length - 1 - level] === "1";
    hash = right ? nodeHash(crypto, sibling, hash) : nodeHash(crypto, hash, sibling);
  }
  return hash;
}
function climbInnerLeft(crypto, seed, siblings, index) {
  const digits2 = index.toString(2);
  let hash = seed;
  for (const [level, sibling] of siblings.entries()) {
    if (digits2[digits2.length - 1 - level] === "1") hash = nodeHash(crypto, sibling, hash);
  }
  return hash;
}
function climbBorder(crypto, seed, siblings) {
  let hash = seed;
  for (const sibling of siblings) hash = nodeHash(crypto, sibling, hash);
  return hash;
}

// src/tlog/inclusion.ts
function rootFromInclusion(crypto, claim) {
  const { index, size, leaf, proof } = claim;
  if (index < 0n || index >= size) return void 0;
  const { inner, border } = proofLengths(index, size);
  if (proof.length !== inner + border || leaf.length !== HASH_BYTES2 || !areHashes(proof)) return void 0;
  const low = climbInner(crypto, leaf, proof.slice(0, inner), index);
  return climbBorder(crypto, low, proof.slice(inner));
}

// src/verify/inclusion.ts
function checkInclusion(i, entry, proof, checkpoint, crypto) {
  const key2 = `inclusion/${String(i)}`;
  const leaf = leafHash(crypto, entry.body);
  const size = checkpoint?.size ?? proof.size;
  const evidence = { leaf: toHex(leaf), index: String(proof.index), size: String(size) };
  const root = rootFromInclusion(crypto, { index: proof.index, size, leaf, proof: proof.hashes });
  const expected = checkpoint?.root ?? proof.root;
  if (root === void 0 || expected === void 0 || !equalBytes(root, expected)) {
    return fail(key2, "inclusion-mismatch", evidence);
  }
  const redundant = entry.version !== "0.0.2" || entry.kind === "intoto";
  if (redundant && proof.root !== void 0 && !equalBytes(proof.root, expected)) {
    return fail(key2, "inclusion-mismatch", evidence);
  }
  return checkpoint === void 0 ? skip(key2, "checkpoint-missing", evidence) : pass(key2, { ...evidence, root: toHex(root) });
}

// src/verify/promise.ts
function promiseMessage(entry) {
  return utf8(
    `{"body":"${entry.bodyBase64}","integratedTime":${String(entry.integratedTime)},"logID":"${toHex(entry.logId)}","logIndex":${String(entry.index)}}`
  );
}
async function checkPromise(key2, entry, promise, log3, crypto) {
  const evidence = { log: log3.name, index: String(entry.index), integratedTime: String(entry.integratedTime) };
  const outcome = await checkSignature(crypto, {
    scheme: log3.scheme,
    key: log3.key,
    signature: promise,
    data: { message: promiseMessage(entry) }
  });
  if (outcome !== "valid") return fail(key2, "promise-signature", evidence);
  if (!contains(log3.validFor, Number(entry.integratedTime))) return fail(key2, "time-outside-authority", evidence);
  return pass(key2, evidence);
}

// src/verify/log-entries.ts
async function checkLogEntries(entries, evidence, context, crypto) {
  const { logs, witnesses, tokenTimes } = context;
  const dated = [];
  const times = [];
  for (const [i, entry] of entries.entries()) {
    const log3 = trustedLog(entry, logs, tokenTimes);
    const own = checkEntry(i, entry, evidence);
    const promise = await promiseOf(i, entry, log3, crypto);
    dated.push({ entry, log: log3, own, promise });
    if (own.outcome !== "pass" || promise?.outcome !== "pass") continue;
    const atSeconds = Number(entry.integratedTime);
    times.push({ atSeconds, fact: { at: printInstant(atSeconds), key: promise.key, source: "set" } });
  }
  const allTimes = [...tokenTimes, ...times.map((t) => t.atSeconds)];
  const checks = [];
  const recorded = [];
  const facts = [];
  for (const [i, { entry, log: log3, own, promise }] of dated.entries()) {
    const proof = await proofOf(i, entry, log3, witnesses, crypto);
    const window2 = windowCheck(i, entry, log3, allTimes);
    checks.push(
      own,
      ...promise === void 0 ? [] : [promise],
      ...proof.checks,
      ...window2 === void 0 ? [] : [window2]
    );
    if (log3 === void 0 || own.outcome !== "pass" || window2 !== void 0 && window2.outcome !== "pass") continue;
    const leaf = toHex(leafHash(crypto, entry.body));
    recorded.push({ leaf, log: log3 });
    const { head } = proof;
    if (head === void 0 && promise?.outcome !== "pass") continue;
    const index = String(head === void 0 ? entry.index : head.index);
    const { name: name3, operator } = log3;
    const tree = { origin: head?.origin ?? "", root: head?.root ?? "", size: head?.size ?? "" };
    facts.push({ index, leaf, log: name3, operator, ...tree });
  }
  return { checks, recorded, entries: facts, times };
}
function trustedLog(entry, logs, tokenTimes) {
  const named = logs.filter(
    (l) => equalBytes(l.logId, entry.logId) || l.checkpointKeyId !== void 0 && equalBytes(l.checkpointKeyId, entry.logId)
  );
  const at3 = entry.promise === void 0 ? tokenTimes : [Number(entry.integratedTime)];
  return named.find((l) => at3.every((t) => contains(l.validFor, t))) ?? named[0];
}
async function promiseOf(i, entry, log3, crypto) {
  if (entry.promise === void 0) return void 0;
  const key2 = `promise/${String(i)}`;
  if (log3 === void 0) return fail(key2, "log-unknown", { log: toHex(entry.logId) });
  return checkPromise(key2, entry, entry.promise, log3, crypto);
}
async function proofOf(i, entry, log3, witnesses, crypto) {
  const { proof } = entry;
  if (proof === void 0) return { checks: [] };
  if (proof.checkpoint === void 0) {
    return { checks: [missingCheckpoint(i), checkInclusion(i, entry, proof, void 0, crypto)] };
  }
  const { checks, parsed, signed } = await checkCheckpoint(i, proof.checkpoint, log3, witnesses, crypto);
  if (parsed === void 0) return { checks: [...checks, skip(`inclusion/${String(i)}`, "depends-on-failed")] };
  const inclusion = checkInclusion(i, entry, proof, parsed, crypto);
  const all = [...checks, inclusion];
  if (!signed || inclusion.outcome !== "pass") return { checks: all };
  const { origin, root, size } = parsed;
  return { checks: all, head: { index: proof.index, origin, root: toHex(root), size: String(size) } };
}
function windowCheck(i, entry, log3, times) {
  if (entry.promise !== void 0 || log3 === void 0) return void 0;
  const key2 = `log-window/${String(i)}`;
  if (times.length === 0) return skip(key2, "time-missing", { log: log3.name });
  const outside = times.find((t) => !contains(log3.validFor, t));
  if (outside === void 0) return pass(key2, { log: log3.name });
  return fail(key2, "time-outside-authority", { at: printInstant(outside), log: log3.name });
}

// src/formats/log-proof.ts
var hashes = list(hexDigest, LIMITS.proofHashes);
var readLogProof = record({
  v: oneOf(1),
  kind: oneOf("log-proof"),
  log: record({ origin: text(), vkey: text(8192) }),
  checkpoint: text(LIMITS.noteBytes),
  leaf: hexDigest,
  index: decimal,
  size: decimal,
  hashes,
  consistency: optional(record({ from: record({ size: decimal, root: hexDigest }), hashes }))
});
function fromHexDigest(hex) {
  return fromHex(hex);
}
function parseLogProof(bytes) {
  const parsed = readDocument(bytes, readLogProof, { maxBytes: 2 * LIMITS.noteBytes });
  if (!parsed.ok) return parsed;
  const document = parsed.value;
  return ok({
    document,
    checkpoint: document.checkpoint,
    leaf: document.leaf,
    leafHash: fromHexDigest(document.leaf),
    index: BigInt(document.index),
    hashes: document.hashes.map(fromHexDigest)
  });
}

// src/tlog/consistency.ts
function shapeOf(size1, size2) {
  if (size1 <= 0n || size1 >= size2) return void 0;
  const last = size1 - 1n;
  const shift = trailingZeros(size1);
  const meet = bitLength(last ^ size2 - 1n);
  const inner = meet - shift;
  const mask = last >> BigInt(shift);
  return { inner, length: inner + oneBits(last >> BigInt(meet)), mask, isNode: mask === 0n };
}
function climb(crypto, shape3, seed, siblings) {
  const low = siblings.slice(0, shape3.inner);
  const high = siblings.slice(shape3.inner);
  return {
    root1: climbBorder(crypto, climbInnerLeft(crypto, seed, low, shape3.mask), high),
    root2: climbBorder(crypto, climbInner(crypto, seed, low, shape3.mask), high)
  };
}
function rootsFromConsistency(crypto, claim, root1) {
  const shape3 = shapeOf(claim.size1, claim.size2);
  if (shape3?.isNode !== true) return rootsFromSeeded(crypto, claim);
  const { proof } = claim;
  if (proof.length !== shape3.length || root1.length !== HASH_BYTES2 || !areHashes(proof)) return void 0;
  return climb(crypto, shape3, root1, proof);
}
function rootsFromSeeded(crypto, claim) {
  const shape3 = shapeOf(claim.size1, claim.size2);
  const [seed, ...siblings] = claim.proof;
  if (shape3 === void 0 || seed === void 0) return void 0;
  if (siblings.length !== shape3.length || !areHashes(claim.proof)) return void 0;
  return climb(crypto, shape3, seed, siblings);
}
function verifyConsistency(crypto, claim) {
  const { size1, size2, proof, root1, root2 } = claim;
  if (size1 === size2) return size1 > 0n && proof.length === 0 && equalBytes(root1, root2);
  const roots = rootsFromConsistency(crypto, claim, root1);
  return roots !== void 0 && equalBytes(roots.root1, root1) && equalBytes(roots.root2, root2);
}

// src/verify/log-proof.ts
async function checkLogProofs(proofs, recorded, crypto) {
  const checks = [];
  const entries = [];
  const ancestors = [];
  for (const [i, bytes] of proofs.entries()) {
    const result = await checkLogProof(i, bytes, recorded, crypto);
    checks.push(...result.checks);
    if (result.entry !== void 0) entries.push(result.entry);
    if (result.ancestor !== void 0) ancestors.push(result.ancestor);
  }
  return { checks, entries, ancestors };
}
async function checkLogProof(i, bytes, recorded, crypto) {
  const key2 = `log-proof/${String(i)}`;
  const parsed = parseLogProof(bytes);
  if (!parsed.ok) return { checks: [fail(key2, parsed.error.reason, { where: parsed.error.where })] };
  const proof = parsed.value;
  const read = parseCheckpoint(proof.checkpoint);
  if (!read.ok) return { checks: [fail(key2, "checkpoint-malformed", { where: read.error.where })] };
  const checkpoint = read.value;
  const { origin } = checkpoint;
  const size = String(checkpoint.size);
  const evidence = { origin, index: String(proof.index), size };
  if (proof.document.size !== size) return { checks: [fail(key2, "inclusion-mismatch", evidence)] };
  const own = recorded.filter((r) => r.leaf === proof.leaf);
  if (own.length === 0) return { checks: [skip(key2, "entry-missing", evidence)] };
  const log3 = await signerOf(checkpoint, own, crypto);
  if (log3 === void 0) {
    const claimed = own.some((r) => isOriginOf(origin, r.log.name));
    return { checks: [claimed ? fail(key2, "checkpoint-signature", evidence) : skip(key2, "entry-missing", evidence)] };
  }
  const claim = { index: proof.index, size: checkpoint.size, leaf: proof.leafHash, proof: proof.hashes };
  const computed = rootFromInclusion(crypto, claim);
  if (computed === void 0 || !equalBytes(computed, checkpoint.root)) {
    return { checks: [fail(key2, "inclusion-mismatch", evidence)] };
  }
  const root = toHex(computed);
  const { name: name3, operator } = log3;
  const entry = { index: evidence.index, leaf: proof.leaf, log: name3, operator, origin, root, size };
  const growth = checkGrowth(i, proof, checkpoint, crypto);
  return { checks: [pass(key2, { ...evidence, root }), ...growth.checks], entry, ...growth.ancestor };
}
async function signerOf(checkpoint, recorded, crypto) {
  for (const log3 of new Set(recorded.map((r) => r.log))) {
    if (await checkpointFault(checkpoint, log3, crypto) === void 0) return log3;
  }
  return void 0;
}
function checkGrowth(i, { document }, checkpoint, crypto) {
  if (document.consistency === void 0) return { checks: [] };
  const { from, hashes: hashes2 } = document.consistency;
  const key2 = `consistency/${String(i)}`;
  const evidence = { origin: checkpoint.origin, from: from.size, to: String(checkpoint.size) };
  const claim = {
    size1: BigInt(from.size),
    size2: checkpoint.size,
    proof: hashes2.map((h) => fromHex(h)),
    root1: fromHex(from.root),
    root2: checkpoint.root
  };
  if (!verifyConsistency(crypto, claim)) return { checks: [fail(key2, "consistency-mismatch", evidence)] };
  return { checks: [pass(key2, evidence)], ancestor: { ancestor: { origin: checkpoint.origin, ...from } } };
}

// src/verify/signature.ts
async function checkContent(content, signature, key2, schemes, crypto) {
  let encoding = false;
  let mismatch = false;
  let missing;
  for (const scheme of schemes) {
    const data = dataFor(content, scheme);
    if (typeof data === "string") {
      missing ??= data;
      continue;
    }
    const outcome = await checkSignature(crypto, { scheme, key: key2, signature, data });
    if (outcome === "valid") return { outcome: "valid", scheme };
    if (outcome === "encoding") encoding = true;
    if (outcome === "mismatch") mismatch = true;
  }
  if (missing !== void 0) return { outcome: "skip", reason: missing };
  if (mismatch) return { outcome: "fail", reason: "signature-mismatch" };
  return { outcome: "fail", reason: encoding ? "signature-encoding" : "algorithm-unsupported" };
}
function schemesFor(key2, content) {
  const allowed = allowedSchemes(key2);
  if (content.kind === "dsse" || content.hash === void 0) return allowed;
  return allowed.filter((scheme) => (prehashOf(scheme) ?? content.hash) === content.hash);
}
function dataFor(content, scheme) {
  if (content.kind === "dsse") return { message: content.pae };
  if (content.bytes !== void 0) return { message: content.bytes };
  const hash = prehashOf(scheme);
  if (hash === void 0) return "artifact-bytes-needed";
  const written = content.digests[hash];
  const digest2 = written === void 0 ? void 0 : fromHex(written);
  if (digest2?.length !== HASH_BYTES[hash])
    return Object.keys(content.digests).length === 0 ? "artifact-missing" : "digest-algorithm-missing";
  return { digest: digest2 };
}
async function checkUnderKeys(content, signature, keys, crypto) {
  if (keys.length === 0) return { result: { outcome: "skip", reason: "key-missing" } };
  let worst = { outcome: "fail", reason: "signature-encoding" };
  for (const key2 of keys) {
    const encoded = inDer(signature, key2);
    if (encoded === void 0) continue;
    const result = await checkContent(content, encoded, key2.key, key2.schemes, crypto);
    if (result.outcome === "valid") return { result, key: key2 };
    if (result.outcome === "skip" || worst.reason === "signature-encoding") worst = result;
  }
  return { result: worst };
}
function inDer(signature, key2) {
  if (key2.encoding === "der" || key2.key.kind !== "ec") return signature;
  return p1363ToDer(key2.key.curve, signature);
}
async function signsRawPayload(payload, signature, keys, crypto) {
  for (const key2 of keys) {
    const encoded = inDer(signature, key2);
    for (const scheme of encoded === void 0 ? [] : key2.schemes) {
      const request = { scheme, key: key2.key, signature: encoded, data: { message: payload } };
      if (await checkSignature(crypto, request) === "valid") return true;
    }
  }
  return false;
}

// src/verify/signer.ts
function carriedSigner(evidence) {
  const { material: material2 } = evidence;
  if (material2.kind === "public-key") return { kind: "key" };
  const chain = material2.kind === "certificates" ? material2.chain : pemOf(evidence);
  if (chain === void 0) return { kind: "key" };
  const certificates = [];
  for (const [i, der] of chain.entries()) {
    const parsed = parseCertificate(der);
    if (!parsed.ok) {
      const where2 = `certificate ${String(i)}: ${parsed.error.where}`;
      return {
        kind: "malformed",
        check: fail("certificate", "certificate-malformed", { where: where2, fault: parsed.error.reason })
      };
    }
    certificates.push(parsed.value);
  }
  const [leaf, ...issuers] = certificates;
  const root = certificates.findIndex(isSelfIssued);
  const inOrder2 = certificates.every(
    (c, i) => i === 0 || equalBytes(c.subject, certificates[i - 1].issuer)
  );
  const tolerated = evidence.bundleVersion === "0.1" && inOrder2 && root > 0 && root === certificates.length - 1;
  if (root >= 0 && !tolerated)
    return { kind: "malformed", check: fail("certificate", "chain-has-root", { index: root }) };
  return { kind: "certificate", leaf, issuers };
}
function isSelfIssued(certificate) {
  return equalBytes(certificate.issuer, certificate.subject);
}
function pemOf({ content }) {
  const { envelope } = content;
  const [signature, ...others] = envelope.signatures;
  if (signature.certificatePem === void 0 || others.length > 0) return void 0;
  return readPem(signature.certificatePem, "CERTIFICATE") ?? [new Uint8Array()];
}
function certificateSigner(leaf, crypto) {
  const { issuer, san } = identityOf(leaf);
  return {
    issuer: issuer ?? null,
    san: san === void 0 ? null : { type: san.type, value: san.value },
    spki: toHex(crypto.hash("sha256", leaf.spki))
  };
}

// src/verify/signatures.ts
function signedContent(evidence, artifact, crypto) {
  if (evidence.content.kind === "dsse") {
    const { payloadType, payload } = evidence.content.envelope;
    const bytes = { pae: pae(payloadType, payload), payload };
    const digests = /* @__PURE__ */ new Map();
    const digest2 = (of, hash) => {
      const known2 = digests.get(of + hash) ?? crypto.hash(hash, bytes[of]);
      digests.set(of + hash, known2);
      return known2;
    };
    return { kind: "dsse", ...bytes, digest: digest2 };
  }
  return { kind: "message", ...artifact, hash: messageHash(evidence) };
}
function rawSignatures(evidence) {
  if (evidence.content.kind === "message") return [evidence.content.signature];
  const [first, ...others] = evidence.content.envelope.signatures;
  return [first.sig, ...others.map((s) => s.sig)];
}
function messageHash(evidence) {
  if (evidence.content.kind === "message" && evidence.content.digest !== void 0) return evidence.content.digest.hash;
  for (const entry of evidence.entries) {
    const body = parseEntryBody(entry.body);
    if (body.ok) return body.value.digest.hash;
  }
  return void 0;
}
async function checkSignatures(evidence, content, trustedKeys, crypto) {
  const signatures = rawSignatures(evidence);
  const carried = trustedKeys.length > 0 ? { kind: "key" } : carriedSigner(evidence);
  switch (carried.kind) {
    case "malformed": {
      const checks = [...signatures.map((_, i) => skip(`signature/${String(i)}`, "depends-on-failed")), carried.check];
      return {
        checks,
        signedBy: "certificate",
        valid: false,
        scheme: void 0,
        leaf: void 0,
        issuers: [],
        keys: [],
        identity: void 0
      };
    }
    case "certificate":
      return underCertificate(carried, content, signatures[0], crypto);
    case "key":
      return underKeys(evidence, content, signatures, trustedKeys, crypto);
  }
}
async function underCertificate({ leaf, issuers }, content, signature, crypto) {
  const result = await checkContent(content, signature, leaf.publicKey, schemesFor(leaf.publicKey, content), crypto);
  return {
    checks: [signatureCheck(0, result)],
    signedBy: "certificate",
    valid: result.outcome === "valid",
    scheme: result.outcome === "valid" ? result.scheme : void 0,
    leaf,
    issuers,
    keys: [],
    identity: { certificate: leaf.der, spki: leaf.spki }
  };
}
async function underKeys(evidence, content, signatures, trustedKeys, crypto) {
  const hints = keyHints(evidence);
  const results = [];
  const keys = [];
  for (const [i, signature] of signatures.entries()) {
    const rank = (k) => k.id === hints[i] ? 0 : keys.includes(k) ? 2 : 1;
    const attempts = trustedKeys.toSorted((a, b) => rank(a) - rank(b));
    const found = await checkUnderKeys(content, signature, attempts, crypto);
    results.push(found);
    if (found.key !== void 0 && !keys.some((k) => k.id === found.key?.id)) keys.push(found.key);
  }
  if (content.kind === "dsse") {
    for (const [i, { result }] of results.entries()) {
      const signature = signatures[i];
      if (result.outcome === "fail" && await signsRawPayload(content.payload, signature, trustedKeys, crypto)) {
        results[i] = { result: { outcome: "fail", reason: "signature-unsigned-pae" } };
      }
    }
  }
  const [first] = keys;
  const carried = first === void 0 ? void 0 : carriedBeside(evidence, first);
  return {
    checks: [
      ...results.map(({ result, key: key2 }, i) => signatureCheck(i, result, key2)),
      ...carried?.fault === void 0 ? [] : [carried.fault]
    ],
    signedBy: "key",
    valid: keys.length > 0,
    scheme: results.map((r) => r.result).find((r) => r.outcome === "valid")?.scheme,
    leaf: void 0,
    issuers: [],
    keys,
    identity: first === void 0 ? void 0 : { certificate: carried?.certificate, spki: first.key.spki }
  };
}
function carriedBeside({ material: material2 }, signer) {
  if (material2.kind !== "certificates") return void 0;
  const [certificate] = material2.chain;
  const parsed = parseCertificate(certificate);
  if (!parsed.ok) {
    const { reason, where: where2 } = parsed.error;
    return { certificate, fault: fail("certificate", "certificate-malformed", { fault: reason, where: where2 }) };
  }
  if (equalBytes(parsed.value.spki, signer.key.spki)) return { certificate };
  return { certificate, fault: fail("certificate", "certificate-untrusted", { fault: "certificate of another key" }) };
}
function keyHints(evidence) {
  return evidence.content.kind === "dsse" ? evidence.content.envelope.signatures.map((s) => s.keyid) : [];
}
function signatureCheck(i, result, key2) {
  const name3 = `signature/${String(i)}`;
  if (result.outcome !== "valid") {
    return result.outcome === "fail" ? fail(name3, result.reason) : skip(name3, result.reason);
  }
  const { scheme } = result;
  const algorithm = [scheme.kind, "curve" in scheme ? scheme.curve : "", "hash" in scheme ? scheme.hash : ""].filter((part) => part !== "").join(" ");
  return pass(name3, { algorithm, ...key2 === void 0 ? {} : { key: key2.id } });
}

// src/verify/subject.ts
var KEY = "subject";
function checkStatementSubject(statement, digests) {
  if (Object.keys(digests).length === 0) return skip(KEY, "artifact-missing", { subjects: statement.subjects.length });
  const match = matchSubject(statement, digests);
  if (match.outcome === "match") {
    return pass(KEY, { name: match.name ?? null, algorithm: match.algorithm, digest: match.digest });
  }
  const evidence = { subjects: statement.subjects.length, ...digests };
  return match.outcome === "incomparable" ? skip(KEY, "digest-algorithm-missing", evidence) : fail(KEY, "subject-mismatch", evidence);
}
function checkMessageSubject(digest2, digests, signedBy) {
  if (Object.keys(digests).length === 0) return skip(KEY, "artifact-missing");
  if (digest2 !== void 0) {
    const known2 = digests[digest2.hash];
    if (known2 !== void 0 && known2 !== toHex(digest2.digest)) {
      return fail(KEY, "message-digest-mismatch", {
        algorithm: digest2.hash,
        bundle: toHex(digest2.digest),
        artifact: known2
      });
    }
  }
  if (signedBy === void 0) return skip(KEY, "depends-on-failed");
  const hash = prehashOf(signedBy) ?? "sha256";
  return pass(KEY, { algorithm: hash, digest: digests[hash] ?? null });
}

// src/verify/statement.ts
function checkSubject(evidence, digests, signedBy, crypto) {
  if (evidence.content.kind === "message") {
    return { checks: [checkMessageSubject(evidence.content.digest, digests, signedBy)], statement: null };
  }
  const { payloadType, payload } = evidence.content.envelope;
  const unread = (check) => ({ checks: [check, skip("subject", "depends-on-failed")], statement: null });
  if (!isStatementPayloadType(payloadType)) {
    return unread(fail("statement", "payload-type-unsupported", { payloadType }));
  }
  const parsed = parseStatement(payload);
  if (!parsed.ok) return unread(fail("statement", parsed.error.reason, { where: parsed.error.where }));
  const { predicateType, subjects, version } = parsed.value;
  return {
    checks: [pass("statement", { predicateType, version }), checkStatementSubject(parsed.value, digests)],
    statement: {
      predicateType,
      sha256: toHex(crypto.hash("sha256", payload)),
      subjects: subjects.map((s) => ({ digest: s.digest, name: s.name ?? s.uri ?? null }))
    }
  };
}

// src/formats/signed-attributes.ts
var SHA1_BYTES = 20;
function readIssuerSerial(reader, where2) {
  return reader.sequence(where2, (r) => {
    const issuer = r.sequence(
      where2,
      (names) => names.within(contextTag(4), where2, (choice) => {
        const from = choice.offset;
        readName(choice, where2);
        return choice.since(from);
      })
    );
    return { issuer, serial: r.unsigned(where2) };
  });
}
function readCertId(reader, where2, form) {
  return reader.sequence(where2, (r) => {
    let hash = "sha1";
    if (form === "v2") hash = r.has(TAG.sequence) ? readDigestAlgorithm(r, where2) : "sha256";
    const certHash = r.content(TAG.octetString, where2);
    if (certHash.length !== (hash === "sha1" ? SHA1_BYTES : HASH_BYTES[hash])) r.fail(where2);
    return r.more ? { hash, certHash, issuerSerial: readIssuerSerial(r, where2) } : { hash, certHash };
  });
}
function readSigningCertificate(reader, where2, form) {
  return reader.sequence(where2, (r) => {
    const first = r.sequence(where2, (ids) => {
      const id = readCertId(ids, where2, form);
      while (ids.more) readCertId(ids, where2, form);
      return id;
    });
    if (r.more) r.list(TAG.sequence, where2, (policy) => policy.any(where2));
    return first;
  });
}
function readValue2(values, oid, draft) {
  switch (oid) {
    case OID.contentType:
      draft.contentType = values.oid("contentType");
      return;
    case OID.messageDigest:
      draft.messageDigest = values.content(TAG.octetString, "messageDigest");
      return;
    case OID.signingCertificate:
      draft.essCertIds.push(readSigningCertificate(values, "signingCertificate", "v1"));
      return;
    case OID.signingCertificateV2:
      draft.essCertIds.push(readSigningCertificate(values, "signingCertificateV2", "v2"));
      return;
    default:
      while (values.more) values.any("signedAttrs");
  }
}
function readSignedAttributes(reader, hash) {
  const where2 = "signedAttrs";
  const seen = /* @__PURE__ */ new Set();
  const draft = { contentType: void 0, messageDigest: void 0, essCertIds: [] };
  reader.setOf(contextTag(0), where2, (set) => {
    set.sequence(where2, (attribute) => {
      const oid = attribute.oid(where2);
      if (seen.has(oid)) attribute.fail(where2);
      seen.add(oid);
      attribute.within(TAG.set, where2, (values) => {
        readValue2(values, oid, draft);
      });
    });
  });
  const { contentType, messageDigest, essCertIds } = draft;
  if (contentType !== OID.tstInfo) reader.fail("contentType");
  if (messageDigest?.length !== HASH_BYTES[hash]) reader.fail("messageDigest");
  if (essCertIds.length === 0) reader.fail("signingCertificate");
  return { messageDigest: messageDigest ?? new Uint8Array(0), essCertIds };
}

// src/formats/tst-info.ts
var where = "tstInfo";
function readAccuracy(reader) {
  return reader.sequence("accuracy", (r) => {
    const part = (tag, max) => r.has(tag) ? r.integer("accuracy", max, tag) : 0;
    const seconds3 = part(TAG.integer, 2147483647);
    return seconds3 * 1e6 + part(contextPrimitive(0), 999) * 1e3 + part(contextPrimitive(1), 999);
  });
}
function readImprint(reader) {
  return reader.sequence("messageImprint", (r) => {
    const hash = readDigestAlgorithm(r, "messageImprint");
    const digest2 = r.content(TAG.octetString, "messageImprint");
    if (digest2.length !== HASH_BYTES[hash]) r.fail("messageImprint");
    return { hash, digest: digest2 };
  });
}
function readTstInfo(reader) {
  return reader.sequence(where, (r) => {
    if (r.integer(where, 1) !== 1) r.fail("tstInfo version");
    const policy = r.oid("policy");
    const imprint = readImprint(r);
    const serial = r.unsigned("serialNumber");
    const { seconds: seconds3, milliseconds } = readFineTime(r, "genTime");
    const accuracy = r.has(TAG.sequence) ? { accuracyMicroseconds: readAccuracy(r) } : {};
    r.flag("ordering");
    const nonce = r.has(TAG.integer) ? { nonce: r.signed("nonce") } : {};
    if (r.has(contextTag(0))) r.any("tsa");
    if (r.has(contextTag(1))) r.list(contextTag(1), "extensions", readExtension2);
    return {
      policy,
      imprint,
      serial,
      genTimeSeconds: seconds3,
      genTimeMilliseconds: milliseconds,
      ...accuracy,
      ...nonce
    };
  });
}
function readExtension2(list2) {
  list2.sequence("extensions", (r) => {
    r.oid("extensions");
    if (r.flag("extensions")) r.fail("extensions");
    r.content(TAG.octetString, "extensions");
  });
}

// src/formats/timestamp-token.ts
function readStatus(reader) {
  reader.sequence("status", (r) => {
    r.integer("status", 1);
    if (r.more) r.list(TAG.sequence, "statusString", (text2) => text2.utf8("statusString"));
  });
}
function readSignerId(reader, version) {
  if (version === 3) return { subjectKeyId: reader.content(contextPrimitive(0), "sid") };
  return reader.sequence("sid", (r) => {
    const from = r.offset;
    readName(r, "sid");
    const issuer = r.since(from);
    return { issuer, serial: r.unsigned("sid") };
  });
}
function readSigner(reader) {
  return reader.sequence("signerInfo", (r) => {
    const version = r.integer("signerInfo version", 3);
    if (version !== 1 && version !== 3) r.fail("signerInfo version");
    const signer = readSignerId(r, version);
    const digestAlgorithm = readDigestAlgorithm(r, "digestAlgorithm");
    const from = r.offset;
    const attributes = readSignedAttributes(r, digestAlgorithm);
    const signedAttributes = Uint8Array.from(r.since(from));
    signedAttributes[0] = TAG.set;
    const signatureAlgorithm = readSignatureAlgorithm(r, "signatureAlgorithm", digestAlgorithm);
    if ("hash" in signatureAlgorithm && signatureAlgorithm.hash !== digestAlgorithm) r.fail("signatureAlgorithm");
    const signature = r.content(TAG.octetString, "signature");
    if (r.has(contextTag(1))) r.any("unsignedAttrs");
    return { ...attributes, signer, digestAlgorithm, signedAttributes, signatureAlgorithm, signature };
  });
}
function readCertificates(reader) {
  const certificates = [];
  reader.list(contextTag(0), "certificates", (r) => {
    if (certificates.length === LIMITS.chainCertificates) r.fail("certificates", "too-large");
    if (r.has(TAG.sequence)) certificates.push(r.any("certificates"));
    else r.any("certificates");
  });
  return certificates;
}
function readSignedData(reader) {
  return reader.sequence("signedData", (r) => {
    if (r.integer("signedData version", 3) !== 3) r.fail("signedData version");
    const digest2 = r.within(TAG.set, "digestAlgorithms", (d) => readDigestAlgorithm(d, "digestAlgorithms"));
    const tstInfo = r.sequence("encapContentInfo", (e) => {
      if (e.oid("eContentType") !== OID.tstInfo) e.fail("eContentType");
      return e.within(contextTag(0), "eContent", (content) => content.content(TAG.octetString, "eContent"));
    });
    const info = r.nested(tstInfo, "tstInfo", readTstInfo);
    const certificates = r.has(contextTag(0)) ? readCertificates(r) : [];
    if (r.has(contextTag(1))) r.any("crls");
    const signer = r.within(TAG.set, "signerInfos", readSigner);
    if (signer.digestAlgorithm !== digest2) r.fail("digestAlgorithms");
    const { signatureAlgorithm } = signer;
    return { ...info, ...signer, tstInfo, certificates, schemeFor: (key2) => schemeFor(signatureAlgorithm, key2) };
  });
}
function parseTimestampResponse(der) {
  if (der.length > LIMITS.timestampBytes) return err({ reason: "too-large", where: "timestamp" });
  return readDer(
    der,
    "timestamp-malformed",
    (reader) => reader.sequence("timeStampResp", (response) => {
      readStatus(response);
      return response.sequence("timeStampToken", (info) => {
        if (info.oid("contentType") !== OID.signedData) info.fail("contentType");
        return info.within(contextTag(0), "content", readSignedData);
      });
    })
  );
}

// src/verify/sha1.ts
var ROUND = [1518500249, 1859775393, 2400959708, 3395469782];
function rotate(word, bits) {
  return word << bits | word >>> 32 - bits;
}
function sha1(message) {
  const padded = new Uint8Array(Math.ceil((message.length + 9) / 64) * 64);
  padded.set(message);
  padded[message.length] = 128;
  const view = new DataView(padded.buffer);
  view.setBigUint64(padded.length - 8, BigInt(message.length) * 8n);
  const state = new Int32Array([1732584193, 4023233417, 2562383102, 271733878, 3285377520]);
  const w = new Int32Array(80);
  for (let block = 0; block < padded.length; block += 64) {
    for (let t = 0; t < 80; t++) {
      w[t] = t < 16 ? view.getInt32(block + 4 * t) : rotate(at2(w, t - 3) ^ at2(w, t - 8) ^ at2(w, t - 14) ^ at2(w, t - 16), 1);
    }
    let [a, b, c, d, e] = state;
    for (let t = 0; t < 80; t++) {
      const phase = Math.floor(t / 20);
      const f = phase === 0 ? b & c | ~b & d : phase === 2 ? b & c | b & d | c & d : b ^ c ^ d;
      const next = rotate(a, 5) + f + e + ROUND[phase] + at2(w, t) | 0;
      e = d;
      d = c;
      c = rotate(b, 30);
      b = a;
      a = next;
    }
    for (const [i, word] of [a, b, c, d, e].entries()) state[i] = at2(state, i) + word;
  }
  const out = new Uint8Array(20);
  const digest2 = new DataView(out.buffer);
  state.forEach((word, i) => {
    digest2.setInt32(4 * i, word);
  });
  return out;
}
function at2(words, i) {
  return words[i];
}

// src/verify/timestamp.ts
async function checkTimestamp(key2, response, signature, authorities, crypto) {
  const refused = (check) => ({ check, atSeconds: void 0, stated: void 0 });
  const parsed = parseTimestampResponse(response);
  if (!parsed.ok) return refused(fail(key2, "timestamp-malformed", { where: parsed.error.where }));
  const token = parsed.value;
  const evidence = { at: printInstant(token.genTimeSeconds), policy: token.policy };
  if (!equalBytes(crypto.hash(token.imprint.hash, signature), token.imprint.digest)) {
    return refused(fail(key2, "timestamp-imprint", evidence));
  }
  if (!equalBytes(crypto.hash(token.digestAlgorithm, token.tstInfo), token.messageDigest)) {
    return refused(fail(key2, "timestamp-signature", { ...evidence, differs: "messageDigest" }));
  }
  const candidates = await findSigner(token, authorities, crypto);
  if (candidates.length === 0) return refused(fail(key2, "timestamp-untrusted", evidence));
  let worst = fail(key2, "timestamp-untrusted", evidence);
  for (const { signer, authority: authority2 } of candidates) {
    const check = await checkSigner(key2, token, signer, authority2, evidence, crypto);
    if (check.outcome === "pass") {
      const stated = [signer.spki, token.tstInfo].map((part) => toHex(crypto.hash("sha256", part))).join();
      return { check, atSeconds: token.genTimeSeconds, stated };
    }
    worst = check;
  }
  return refused(worst);
}
async function findSigner(token, authorities, crypto) {
  let embedded;
  const found = [];
  for (const authority2 of authorities) {
    const own = authority2.chain[0];
    if (isSignerOf(token, own)) {
      if (await authority2.linked()) found.push({ signer: own, authority: authority2 });
      continue;
    }
    if (own.basicConstraints?.ca !== true) continue;
    embedded ??= embeddedSigners(token);
    for (const signer of embedded) {
      const issued = await isIssuedBy(signer, own, crypto);
      if (issued && await authority2.linked()) found.push({ signer, authority: authority2 });
    }
  }
  return found;
}
function embeddedSigners(token) {
  return token.certificates.flatMap((der) => {
    const parsed = parseCertificate(der);
    return parsed.ok && isSignerOf(token, parsed.value) ? [parsed.value] : [];
  });
}
function isSignerOf(token, certificate) {
  if ("subjectKeyId" in token.signer) {
    const { subjectKeyId } = certificate;
    return subjectKeyId !== void 0 && equalBytes(subjectKeyId, token.signer.subjectKeyId);
  }
  return equalBytes(token.signer.issuer, certificate.issuer) && equalBytes(token.signer.serial, certificate.serial);
}
async function checkSigner(key2, token, signer, authority2, evidence, crypto) {
  const at3 = token.genTimeSeconds;
  const fault3 = signerFault(signer, authority2);
  if (fault3 !== void 0) return fail(key2, "timestamp-untrusted", { ...evidence, fault: fault3 });
  if (!token.essCertIds.every((id) => namesCertificate(id, signer, crypto))) {
    return fail(key2, "timestamp-signature", { ...evidence, differs: "signing certificate" });
  }
  const scheme = token.schemeFor(signer.publicKey);
  const valid = scheme !== void 0 && await checkSignature(crypto, {
    scheme,
    key: signer.publicKey,
    signature: token.signature,
    data: { message: token.signedAttributes }
  }) === "valid";
  if (!valid) return fail(key2, "timestamp-signature", evidence);
  const windows = [signer, ...authority2.chain].map((c) => ({ start: c.notBefore, end: c.notAfter }));
  if (!contains(authority2.validFor, at3) || !windows.every((w) => contains(w, at3))) {
    return fail(key2, "time-outside-authority", evidence);
  }
  return pass(key2, { ...evidence, authority: toHex(crypto.hash("sha256", signer.spki)) });
}
function signerFault(signer, authority2) {
  const eku = signer.extendedKeyUsage;
  if (eku === void 0 || !eku.critical || eku.oids.length !== 1 || eku.oids[0] !== TIME_STAMPING) {
    return "extended key usage is not timeStamping alone";
  }
  if (signer.unknownCritical.length > 0) return "unknown critical extension";
  if (signer.keyUsage !== void 0 && !signer.keyUsage.digitalSignature) return "key usage lacks digitalSignature";
  const above = authority2.chain.filter((c) => c !== signer);
  return above.map((c, i) => authorityProfileFault(c, i)).find((f) => f !== void 0);
}
function namesCertificate(id, certificate, crypto) {
  const hash = id.hash === "sha1" ? sha1(certificate.der) : crypto.hash(id.hash, certificate.der);
  if (!equalBytes(hash, id.certHash)) return false;
  const { issuerSerial } = id;
  return issuerSerial === void 0 || equalBytes(issuerSerial.issuer, certificate.issuer) && equalBytes(issuerSerial.serial, certificate.serial);
}

// src/verify/timestamps.ts
async function checkTimestamps(tokens, signature, authorities, crypto) {
  const results = [];
  for (const [i, token] of tokens.entries()) {
    const result = await checkTimestamp(`timestamp/${String(i)}`, token, signature, authorities, crypto);
    results.push(repeats(result, results) ? duplicate(result) : result);
  }
  return {
    checks: results.map((r) => r.check),
    times: results.flatMap(
      ({ check, atSeconds }) => atSeconds === void 0 ? [] : [{ atSeconds, fact: { at: printInstant(atSeconds), key: check.key, source: "tsa" } }]
    )
  };
}
function repeats({ stated }, earlier) {
  return stated !== void 0 && earlier.some((t) => t.stated === stated);
}
function duplicate({ check }) {
  return { check: fail(check.key, "timestamp-duplicate", check.evidence), atSeconds: void 0, stated: void 0 };
}

// src/verify/facts.ts
var NOTHING = {
  checks: [],
  entries: [],
  root: null,
  signedBy: null,
  signers: [],
  statement: null,
  times: [],
  v: 1
};
async function establishFacts(core, blobs, trust, crypto) {
  const parsed = parseEvidence(core.form, core.item, blobs.evidence);
  if (!parsed.ok) {
    const { reason, where: where2 } = parsed.error;
    return { ...NOTHING, checks: [fail("evidence", reason, { form: core.form, where: where2 })] };
  }
  const counting = new CountingCrypto(crypto);
  const evidence = parsed.value;
  const content = signedContent(evidence, { digests: core.artifact.digests, bytes: blobs.artifact }, counting);
  const signed = await checkSignatures(evidence, content, trust.keys, counting);
  const [first, ...others] = trust.roots;
  const under = (root) => underRoot({ core, evidence, content, signed, logProofs: blobs.logProofs, trust, root }, counting);
  let best = await under(first);
  for (const root of others) {
    if (open(best) === 0) break;
    const facts = await under(root);
    if (open(facts) < open(best)) best = facts;
  }
  return best;
}
function open(facts) {
  const count2 = (outcome) => facts.checks.filter((c) => c.outcome === outcome).length;
  return count2("fail") * 1e6 + count2("skip");
}
async function underRoot(subject, crypto) {
  const { core, evidence, content, signed, trust, root } = subject;
  const [signature] = rawSignatures(evidence);
  const tokens = await checkTimestamps(evidence.timestamps, signature, root?.timestampAuthorities ?? [], crypto);
  const payloadType = evidence.content.kind === "dsse" ? evidence.content.envelope.payloadType : void 0;
  const logged = await checkLogEntries(
    evidence.entries,
    { signature, content, payloadType, signer: signed.identity },
    { logs: root?.logs ?? [], witnesses: trust.witnesses, tokenTimes: tokens.times.map((t) => t.atSeconds) },
    crypto
  );
  const proven = await checkLogProofs(subject.logProofs, logged.recorded, crypto);
  const entries = withoutRepeats([...logged.entries, ...proven.entries]);
  const times = [...tokens.times, ...logged.times];
  const verifiedTimes = times.map((t) => ({ key: t.fact.key, atSeconds: t.atSeconds }));
  const signer = await checkSigner2(signed, root, verifiedTimes, crypto);
  const about = checkSubject(evidence, core.artifact.digests, signed.scheme, crypto);
  const checks = [
    pass("evidence", { form: core.form, version: evidence.bundleVersion ?? null }),
    ...signed.checks,
    ...tokens.checks,
    ...logged.checks,
    ...proven.checks,
    ...checkForks([...entries, ...proven.ancestors]),
    ...signer.checks,
    ...about.checks,
    ...core.signerRecords.map((_, i) => skip(`signer-record/${String(i)}`, "signer-record-unsupported")),
    ...crypto.exhausted ? [fail("limits", "too-large", { signatureChecks: LIMITS.signatureChecks })] : []
  ];
  return {
    checks: sortedBy(checks, (c) => c.key),
    entries: sortedBy(entries, (e) => `${e.origin} ${e.log} ${e.index} ${e.size} ${e.root}`),
    root: root?.ref.sha256 ?? null,
    signedBy: signed.signedBy,
    signers: sortedBy(signer.signers, (s) => s.spki),
    statement: about.statement,
    times: sortedBy(
      times.map((t) => t.fact),
      (t) => t.key
    ),
    v: 1
  };
}
async function checkSigner2(signed, root, times, crypto) {
  if (signed.leaf !== void 0) {
    const { checks, trusted } = await checkCertificate(signed.leaf, signed.issuers, root, times, crypto);
    return { checks, signers: trusted && signed.valid ? [certificateSigner(signed.leaf, crypto)] : [] };
  }
  if (signed.signedBy === "certificate") {
    return { checks: [skip("sct", "depends-on-failed"), skip("validity", "depends-on-failed")], signers: [] };
  }
  const signers2 = signed.keys.map((k) => ({ issuer: null, san: null, spki: k.id }));
  return { checks: checkKeys(signed, times), signers: signers2 };
}
function withoutRepeats(entries) {
  const key2 = (e) => `${e.origin}
${e.log}
${e.index}
${e.size}
${e.root}`;
  return entries.filter((e, i) => entries.findIndex((other) => key2(other) === key2(e)) === i);
}

// src/formats/trust.ts
var readTrust = record({
  v: oneOf(1),
  roots: list(ref, LIMITS.trustedRoots),
  keys: list(
    record({
      spki: pattern(/^[A-Za-z0-9+/]{4,16384}={0,2}$/),
      algorithm: pattern(/^[A-Z0-9_]{1,64}$/),
      encoding: oneOf("der", "p1363"),
      validFor: nullable(record({ start: instant, end: optional(instant) }))
    }),
    LIMITS.trustedRootEntries
  ),
  witnesses: list(text(4096), LIMITS.trustedRootEntries),
  takenAt: nullable(instant),
  expires: nullable(instant),
  basis: oneOf("builtin", "argument", "pinned", "tuf", "authority")
});
function parseTrust(bytes) {
  return readDocument(bytes, readTrust, { maxBytes: LIMITS.trustedRootBytes });
}

// src/formats/trusted-root.ts
var MEDIA_TYPES2 = /* @__PURE__ */ new Set([
  "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
  "application/vnd.dev.sigstore.trustedroot.v0.1+json",
  "application/vnd.dev.sigstore.trustedroot+json;version=0.2",
  "application/vnd.dev.sigstore.trustedroot.v0.2+json"
]);
function parseTrustedRoot(bytes) {
  return attempt(() => readTrustedRoot(bytes, ""));
}
function readTrustedRoot(bytes, where2) {
  const object = readObject(readJsonBytes(bytes, LIMITS.trustedRootBytes, where2), where2);
  const mediaType = nameAt(object, "mediaType", where2);
  if (!MEDIA_TYPES2.has(mediaType)) return refuse("media-type-unknown", at(where2, "mediaType"));
  const list2 = (name3, read) => listAt(object, name3, where2, LIMITS.trustedRootEntries).map((v, i) => read(v, `${at(where2, name3)}[${String(i)}]`));
  return {
    mediaType,
    tlogs: list2("tlogs", readLog),
    certificateAuthorities: list2("certificateAuthorities", (value, path) => readAuthority(value, path, "ca")),
    ctlogs: list2("ctlogs", readLog),
    timestampAuthorities: list2("timestampAuthorities", (value, path) => readAuthority(value, path, "tsa"))
  };
}
function readLog(value, where2) {
  const object = readObject(value, where2);
  const baseUrl = optionalStringAt(object, "baseUrl", where2) ?? "";
  if (nameAt(object, "hashAlgorithm", where2) !== "SHA2_256") return refuse("field-invalid", at(where2, "hashAlgorithm"));
  const path = at(where2, "publicKey");
  const publicKey = objectAt(object, "publicKey", where2);
  const keyDetails = nameAt(publicKey, "keyDetails", path);
  const row = registeredScheme(keyDetails) ?? refuse("algorithm-unsupported", at(path, "keyDetails"));
  const rawBytes = someBytesAt(publicKey, "rawBytes", path, LIMITS.certificateBytes);
  return {
    baseUrl,
    name: baseUrl.replace(/^https?:\/\//, "").replace(/\/+$/, ""),
    hash: "sha256",
    key: taken(registeredKey(row, rawBytes), at(path, "rawBytes")),
    keyDetails,
    scheme: row.scheme,
    validFor: readValidFor(publicKey, path),
    logId: readKeyId(objectAt(object, "logId", where2), at(where2, "logId")),
    checkpointKeyId: readCheckpointKeyId(object, where2),
    operator: optionalStringAt(object, "operator", where2)
  };
}
function readCheckpointKeyId(object, where2) {
  const value = optionalAt(object, "checkpointKeyId");
  const path = at(where2, "checkpointKeyId");
  return value === void 0 ? void 0 : readKeyId(readObject(value, path), path);
}
function readKeyId(object, where2) {
  return someBytesAt(object, "keyId", where2, LIMITS.logIdBytes);
}
function readAuthority(value, where2, kind) {
  const object = readObject(value, where2);
  const subject = readObject(optionalAt(object, "subject") ?? {}, at(where2, "subject"));
  const path = at(where2, "certChain");
  const raw = listAt(objectAt(object, "certChain", where2), "certificates", path, LIMITS.chainCertificates);
  const [first, ...rest] = raw.map((item, i) => {
    const place = `${path}.certificates[${String(i)}]`;
    const der = someBytesAt(readObject(item, place), "rawBytes", place, LIMITS.certificateBytes);
    const certificate = taken(parseCertificate(der), at(place, "rawBytes"));
    const issues = kind === "ca" || i > 0 || raw.length === 1;
    if (issues && certificate.basicConstraints?.ca !== true) return refuse("certificate-profile", place);
    return certificate;
  });
  if (first === void 0) return refuse("certificate-missing", at(path, "certificates"));
  return {
    subject: {
      organization: optionalStringAt(subject, "organization", at(where2, "subject")) ?? "",
      commonName: optionalStringAt(subject, "commonName", at(where2, "subject")) ?? ""
    },
    uri: optionalStringAt(object, "uri", where2) ?? "",
    chain: [first, ...rest],
    validFor: readValidFor(object, where2),
    operator: optionalStringAt(object, "operator", where2)
  };
}
function readValidFor(object, where2) {
  const path = at(where2, "validFor");
  const window2 = objectAt(object, "validFor", where2);
  const start = readTimestamp(nameAt(window2, "start", path), at(path, "start"));
  const written = optionalStringAt(window2, "end", path);
  if (written === void 0) return { start };
  const end = readTimestamp(written, at(path, "end"));
  return start <= end ? { start, end } : refuse("field-invalid", at(path, "end"));
}
function readTimestamp(text2, where2) {
  const [, whole, fraction] = /^([^.]{19})(\.[0-9]{1,9})?Z$/.exec(text2) ?? [];
  const seconds3 = parseInstant(`${whole ?? ""}Z`);
  return seconds3 === void 0 ? refuse("field-invalid", where2) : seconds3 + Number(`0${fraction ?? ""}`);
}

// src/formats/vkey.ts
var RSA_LABEL = utf8("PKIX-RSA-PKCS#1v1.5");
var LF = Uint8Array.of(10);
var PREFIX = {
  ed25519: Uint8Array.of(1),
  ecdsa: Uint8Array.of(2),
  "cosignature-v1": Uint8Array.of(4),
  "rfc6962-sth": Uint8Array.of(5),
  "ml-dsa-44": Uint8Array.of(6),
  rsa: concatBytes(Uint8Array.of(255), RSA_LABEL)
};
var TYPES = Object.keys(PREFIX);
function material(type, key2) {
  switch (type) {
    case "ed25519":
    case "cosignature-v1":
      return key2.kind === "ed25519" ? key2.raw : void 0;
    case "ecdsa":
    case "rfc6962-sth":
      return key2.kind === "ec" ? key2.spki : void 0;
    case "ml-dsa-44":
      return key2.kind === "ml-dsa" && key2.set === "ML-DSA-44" ? key2.raw : void 0;
    case "rsa":
      return key2.kind === "rsa" ? key2.spki : void 0;
  }
}
function parseMaterial(type, bytes) {
  switch (type) {
    case "ed25519":
    case "cosignature-v1":
      return ed25519Key(bytes);
    case "ml-dsa-44":
      return mlDsaKey("ML-DSA-44", bytes);
    case "ecdsa":
    case "rfc6962-sth":
    case "rsa":
      return parsePublicKey(bytes);
  }
}
function firstFour(crypto, ...parts) {
  const digest2 = crypto.hash("sha256", concatBytes(...parts));
  return new DataView(digest2.buffer, digest2.byteOffset).getUint32(0);
}
function spkiKeyId(crypto, key2) {
  return firstFour(crypto, key2.spki);
}
function standardKeyId(crypto, name3, type, key2, bytes) {
  if (type === "ecdsa") return spkiKeyId(crypto, key2);
  const hashed = type === "rfc6962-sth" ? crypto.hash("sha256", bytes) : bytes;
  return firstFour(crypto, utf8(name3), LF, PREFIX[type], hashed);
}
function printed(name3, keyId, type, bytes) {
  return `${name3}+${printKeyId(keyId)}+${toBase64(concatBytes(PREFIX[type], bytes))}`;
}
function makeVkey(crypto, name3, type, key2) {
  const bytes = material(type, key2);
  if (bytes === void 0 || !isKeyName(name3)) return void 0;
  const keyId = standardKeyId(crypto, name3, type, key2, bytes);
  return { name: name3, keyId, type, key: key2, text: printed(name3, keyId, type, bytes) };
}
function logVkeys(crypto, name3, key2) {
  const type = { ed25519: "ed25519", ec: "ecdsa", rsa: "rsa", "ml-dsa": "ml-dsa-44" }[key2.kind];
  const vkey = makeVkey(crypto, name3, type, key2);
  if (vkey === void 0) return [];
  if (key2.kind !== "ed25519") return [vkey];
  const keyId = spkiKeyId(crypto, key2);
  return [vkey, { ...vkey, keyId, text: printed(name3, keyId, "ed25519", key2.raw) }];
}
function cosignatureVkey(crypto, vkey) {
  if (vkey.type !== "ed25519") return vkey;
  return makeVkey(crypto, vkey.name, "cosignature-v1", vkey.key);
}
function fault2(reason) {
  return err({ reason, where: "vkey" });
}
function parseVkey(text2, crypto) {
  const parts = /^(?<name>[^+]+)\+(?<id>[0-9a-f]{8})\+(?<data>.+)$/u.exec(text2)?.groups;
  if (parts === void 0) return fault2("field-invalid");
  const { name: name3, id, data } = parts;
  if (!isKeyName(name3)) return fault2("field-invalid");
  const bytes = fromBase64(data);
  if (bytes === void 0) return fault2("base64-invalid");
  const type = TYPES.find((t) => equalBytes(bytes.subarray(0, PREFIX[t].length), PREFIX[t]));
  if (type === void 0) return fault2("algorithm-unsupported");
  const key2 = parseMaterial(type, bytes.subarray(PREFIX[type].length));
  if (!key2.ok) return key2;
  const keyBytes = material(type, key2.value);
  if (keyBytes === void 0) return fault2("algorithm-unsupported");
  const standard = standardKeyId(crypto, name3, type, key2.value, keyBytes);
  const printedId = Number.parseInt(id, 16);
  const isRekorV1 = type === "ed25519" && printedId === spkiKeyId(crypto, key2.value);
  if (printedId !== standard && !isRekorV1 && type !== "ml-dsa-44") return fault2("field-invalid");
  const keyId = isRekorV1 ? printedId : standard;
  return ok({ name: name3, keyId, type, key: key2.value, text: text2 });
}
function printKeyId(keyId) {
  return keyId.toString(16).padStart(8, "0");
}

// src/verify/prepared-trust.ts
function prepareTrust(bytes, blob, crypto) {
  const parsed = parseTrust(bytes);
  if (!parsed.ok) return malformed2("trust document", parsed.error.reason, parsed.error.where);
  const document = parsed.value;
  const roots = [];
  for (const ref2 of document.roots) {
    const found = blob(ref2);
    if (!found.ok) return found;
    const root = parseTrustedRoot(found.value);
    if (!root.ok) return malformed2("trusted root", root.error.reason, root.error.where);
    roots.push({
      ref: ref2,
      authorities: root.value.certificateAuthorities.map((a) => authority(a.chain, a.validFor, crypto)),
      timestampAuthorities: root.value.timestampAuthorities.map((a) => authority(a.chain, a.validFor, crypto)),
      logs: root.value.tlogs.map((l) => log(l, crypto)),
      ctLogs: root.value.ctlogs.map((l) => log(l, crypto))
    });
  }
  const keys = [];
  for (const [i, entry] of document.keys.entries()) {
    const key2 = trustedKey(entry, crypto);
    if (key2 === void 0) return malformed2("trust document", "public-key-malformed", `keys[${String(i)}]`);
    addKey(keys, key2);
  }
  const witnesses = [];
  for (const [i, text2] of document.witnesses.entries()) {
    const vkey = parseVkey(text2, crypto);
    if (!vkey.ok) return malformed2("trust document", vkey.error.reason, `witnesses[${String(i)}]`);
    const cosigner = cosignatureVkey(crypto, vkey.value);
    if (cosigner.type !== "cosignature-v1" && cosigner.type !== "ml-dsa-44") {
      return malformed2("trust document", "algorithm-unsupported", `witnesses[${String(i)}]`);
    }
    witnesses.push({ vkey: cosigner });
  }
  return ok({ document, roots, keys, witnesses });
}
function malformed2(what, reason, where2) {
  return err(new StellaError("TRUST_MALFORMED", `the ${what} is malformed: ${reason} at ${where2 || "the top"}`));
}
function authority(chain, validFor, crypto) {
  let links;
  return { chain, validFor, linked: () => links ??= allLinked(chain, crypto) };
}
async function allLinked(chain, crypto) {
  for (const [i, certificate] of chain.slice(0, -1).entries()) {
    if (!await isIssuedBy(certificate, chain[i + 1], crypto)) return false;
  }
  return true;
}
function log(entry, crypto) {
  const { name: name3, key: key2, scheme, logId, checkpointKeyId, validFor } = entry;
  const vkeys = logVkeys(crypto, name3, key2);
  const operator = entry.operator ?? name3;
  return { name: name3, operator, key: key2, scheme, logId, checkpointKeyId, validFor, vkeys, spkiKeyId: spkiKeyId(crypto, key2) };
}
function addKey(keys, key2) {
  const i = keys.findIndex((k) => k.id === key2.id && k.encoding === key2.encoding && sameSchemes(k, key2));
  const known2 = keys[i];
  if (known2 === void 0) keys.push(key2);
  else if (known2.windows === void 0 || key2.windows === void 0) keys[i] = { ...known2, windows: void 0 };
  else keys[i] = { ...known2, windows: [...known2.windows, ...key2.windows] };
}
function sameSchemes(a, b) {
  return JSON.stringify(a.schemes) === JSON.stringify(b.schemes);
}
function trustedKey(entry, crypto) {
  const row = registeredScheme(entry.algorithm);
  const spki2 = fromBase64(entry.spki);
  if (row === void 0 || spki2 === void 0) return void 0;
  const key2 = registeredKey(row, spki2);
  if (!key2.ok) return void 0;
  return {
    key: key2.value,
    id: toHex(crypto.hash("sha256", key2.value.spki)),
    // The registry's Ed25519 rows are one key in two data forms: pure, and prehashed where a log wants a digest.
    schemes: row.scheme.kind === "ed25519" ? allowedSchemes(key2.value) : [row.scheme],
    encoding: entry.encoding,
    windows: entry.validFor === null ? void 0 : [window(entry.validFor)]
  };
}
function window(validity) {
  const start = parseInstant(validity.start);
  return validity.end === void 0 ? { start } : { start, end: parseInstant(validity.end) };
}

// src/judge/closure.ts
var BlobSet = class {
  #crypto;
  #parent;
  #blobs = /* @__PURE__ */ new Map();
  constructor(crypto, parent) {
    this.#crypto = crypto;
    this.#parent = parent;
  }
  /** Copies and hashes the bytes; gives their reference. */
  add(bytes) {
    const copy = copyBytes(bytes);
    const sha256 = toHex(this.#crypto.hash("sha256", copy));
    this.#blobs.set(sha256, copy);
    return { bytes: copy.length, sha256 };
  }
  /** The bytes with this digest. Callers inside the judge only read them. */
  get(sha256) {
    return this.#blobs.get(sha256) ?? this.#parent?.get(sha256);
  }
  /** Every blob of this set and its parents, for saving; copies are made by the writer. */
  *entries() {
    if (this.#parent !== void 0) yield* this.#parent.entries();
    yield* this.#blobs;
  }
};
function hashedBlobs(closure, crypto) {
  if (closure.blobs instanceof BlobSet) return closure.blobs;
  const set = new BlobSet(crypto);
  for (const bytes of closure.blobs) set.add(bytes);
  return set;
}
function resolve(blobs, ref2, what) {
  const bytes = blobs.get(ref2.sha256);
  if (bytes === void 0) {
    return err(new StellaError("CLOSURE_BROKEN", `the ${what} named by the Case is missing`, { sha256: ref2.sha256 }));
  }
  if (bytes.length !== ref2.bytes) {
    return err(new StellaError("CLOSURE_BROKEN", `the ${what} has another length than the Case says`, { ...ref2 }));
  }
  return ok(bytes);
}

// src/policy/text-match.ts
function matchesText(match, value) {
  if ("exact" in match) return match.exact === value;
  const [head = "", ...rest] = match.pattern.split("*");
  const tail = rest.pop();
  if (tail === void 0) return head === value;
  if (value.length < head.length + tail.length || !value.startsWith(head) || !value.endsWith(tail)) return false;
  const end = value.length - tail.length;
  let at3 = head.length;
  for (const part of rest) {
    const found = value.indexOf(part, at3);
    if (found < 0 || found + part.length > end) return false;
    at3 = found + part.length;
  }
  return true;
}
var FORMS = [
  { form: /^[A-Za-z][A-Za-z0-9+.-]*:\/\//, type: "uri" },
  { form: /^[^@!/]+@[A-Za-z0-9.-]+$/, type: "email" },
  { form: /^[^!]+![A-Za-z0-9.-]+$/, type: "other" }
];
function isKindAsked(match, type) {
  const text2 = "exact" in match ? match.exact : match.pattern;
  const asked = FORMS.find(({ form }) => form.test(text2));
  return asked === void 0 || asked.type === type;
}
function matchesIdentity(match, signer) {
  const { san } = signer;
  if (san === null || !isKindAsked(match.san, san.type) || !matchesText(match.san, san.value)) return "san";
  if (signer.issuer === null || !matchesText(match.issuer, signer.issuer)) return "issuer";
  return "match";
}

// src/policy/evaluate.ts
function isFresh(age, maxAge, context) {
  return age >= -context.tolerance && age <= maxAge;
}
function evaluatePolicy(policy, facts, context) {
  return policy.rules.filter((rule) => rule.appliesTo === void 0 || rule.appliesTo === facts.signedBy).map((rule) => ({ rule, ...evaluateRule(`policy/${rule.id}`, rule.require, facts, context) }));
}
function evaluateRule(key2, require2, facts, context) {
  if ("signers" in require2) return signers(key2, require2.signers, facts);
  if ("log" in require2) return log2(key2, require2.log, facts, context);
  if ("predicate" in require2) return predicate(key2, require2.predicate, facts);
  if ("sct" in require2) {
    const basis = passed(facts, "sct/");
    const logs = new Set(basis.map((k) => checkOf(facts, k)?.evidence["log"])).size;
    return counted(key2, logs, require2.sct.count, basis, skip(key2, "sct-missing", { found: logs }));
  }
  if ("witness" in require2) return witness(key2, require2.witness.quorum, facts);
  if ("timestamp" in require2) {
    const basis = facts.times.filter((t) => t.source === "tsa").map((t) => t.key);
    const found = observers(facts, basis);
    return counted(key2, found, require2.timestamp.count, basis, skip(key2, "timestamp-missing", { found }));
  }
  if ("time" in require2) {
    const basis = facts.times.map((t) => t.key);
    const found = observers(facts, basis);
    return counted(key2, found, require2.time.count, basis, skip(key2, "time-missing", { found }));
  }
  if ("freshness" in require2) {
    const times = facts.times.map((t) => parseInstant(t.at));
    if (times.length === 0) return { check: skip(key2, "time-missing"), basis: [] };
    const age2 = context.latest - Math.min(...times);
    const evidence2 = { ageSeconds: age2, maxAgeSeconds: require2.freshness.maxAge };
    const check = isFresh(age2, require2.freshness.maxAge, context) ? pass(key2, evidence2) : skip(key2, "evidence-too-old", evidence2);
    return { check, basis: facts.times.map((t) => t.key) };
  }
  const maxAgeSeconds = require2.staleness.trust;
  const age = context.trustTakenAt === null ? null : context.latest - context.trustTakenAt;
  const evidence = { ageSeconds: age, maxAgeSeconds };
  const fresh = age !== null && isFresh(age, maxAgeSeconds, context);
  return { check: fresh ? pass(key2, evidence) : skip(key2, "trust-root-stale", evidence), basis: [] };
}
function witness(key2, quorum, facts) {
  let best = { basis: [], found: 0 };
  for (const entry of passed(facts, "entry/")) {
    const i = entry.slice("entry/".length);
    if (checkOf(facts, `inclusion/${i}`)?.outcome !== "pass") continue;
    const basis = passed(facts, `cosignature/${i}/`);
    const found = new Set(basis.map((k) => checkOf(facts, k)?.evidence["spki"])).size;
    if (found > best.found) best = { basis, found };
  }
  return counted(key2, best.found, quorum, best.basis, skip(key2, "witness-missing", { found: best.found }));
}
function observers(facts, keys) {
  const proved = facts.checks.filter((c) => keys.includes(c.key));
  return new Set(proved.map(({ evidence }) => evidence["authority"] ?? evidence["log"])).size;
}
function counted(key2, found, needed, basis, missing) {
  return { check: found >= needed ? pass(key2, { found, needed }) : missing, basis };
}
function checkOf(facts, key2) {
  return facts.checks.find((c) => c.key === key2);
}
function passed(facts, prefix) {
  return facts.checks.filter((c) => c.outcome === "pass" && c.key.startsWith(prefix)).map((c) => c.key);
}
function predicate(key2, require2, facts) {
  const basis = ["subject"];
  if (facts.statement === null) return { check: skip(key2, "depends-on-failed"), basis };
  const { predicateType } = facts.statement;
  const accepted = require2.types.includes(predicateType);
  if (!accepted) return { check: fail(key2, "predicate-not-accepted", { predicateType }), basis };
  const missing = skip(key2, "predicate-count", { found: 1, needed: require2.count, predicateType });
  return { check: require2.count === 1 ? pass(key2, { predicateType }) : missing, basis };
}
function signers(key2, require2, facts) {
  const basis = passed(facts, "signature/");
  const accepted = /* @__PURE__ */ new Set();
  let refusal;
  let unasked = false;
  for (const signer of facts.signers) {
    if (facts.signedBy === "key") {
      if (require2.keys === "trusted" || require2.keys.includes(signer.spki)) accepted.add(signer.spki);
      continue;
    }
    if (require2.identities === "any") accepted.add(name2(signer));
    else if (require2.identities.length === 0) unasked = true;
    else {
      const results = require2.identities.map((i) => matchesIdentity(i, signer));
      if (results.includes("match")) accepted.add(name2(signer));
      else refusal = results.includes("issuer") ? "issuer" : "san";
    }
  }
  const evidence = {
    found: accepted.size,
    needed: require2.distinct,
    signers: facts.signers.map(name2)
  };
  if (accepted.size >= require2.distinct) return { check: pass(key2, evidence), basis };
  if (unasked) return { check: skip(key2, "identity-not-asked", evidence), basis };
  if (refusal === "issuer") return { check: fail(key2, "issuer-mismatch", evidence), basis };
  if (refusal === "san") return { check: fail(key2, "identity-mismatch", evidence), basis };
  if (facts.signers.length === 0) return { check: skip(key2, "depends-on-failed", evidence), basis };
  return { check: fail(key2, "signer-threshold", evidence), basis };
}
function name2(signer) {
  return signer.san === null ? `key ${signer.spki}` : `${signer.san.value} (${signer.issuer ?? "no issuer"})`;
}
function log2(key2, require2, facts, context) {
  const basis = passed(facts, "inclusion/").concat(passed(facts, "promise/"), passed(facts, "log-proof/"));
  const accepted = facts.entries.filter(
    (e) => (require2.origins === "any" || require2.origins.includes(e.log) || require2.origins.includes(e.origin)) && (require2.promises || e.size !== "")
  );
  const count2 = (entries) => new Set(entries.map((e) => e.operator)).size;
  const logs = [...new Set(accepted.map((e) => e.log))].sort();
  const evidence = { found: count2(accepted), logs, needed: require2.count };
  if (count2(accepted) < require2.count) return { check: skip(key2, "entry-missing", evidence), basis };
  const { maxCheckpointAge } = require2;
  if (maxCheckpointAge !== void 0) {
    const recent = accepted.filter((e) => {
      const at3 = context.headAt.get(e.origin);
      return at3 !== void 0 && isFresh(context.latest - at3, maxCheckpointAge, context);
    });
    if (count2(recent) < require2.count) {
      return { check: skip(key2, "checkpoint-too-old", { ...evidence, recent: count2(recent) }), basis };
    }
  }
  return { check: pass(key2, evidence), basis };
}

// src/judge/decide.ts
var CLOCK_TOLERANCE = 300;
var SEVERITY = [
  "SPLIT_VIEW",
  "EVIDENCE_MALFORMED",
  "SIGNATURE_INVALID",
  "TIME_INVALID",
  "SIGNER_UNTRUSTED",
  "PROOF_INVALID",
  "IDENTITY_MISMATCH",
  "SUBJECT_MISMATCH"
];
function decide(judged, facts, context, digests) {
  const earliest = seconds2(context.moment.earliest);
  const latest = seconds2(context.moment.latest);
  const trustTakenAt = context.trust.takenAt === null ? null : seconds2(context.trust.takenAt);
  const revocation = revoked(facts, context.revocations, latest);
  const standing = { ...facts, signers: facts.signers.filter((s) => !revocation.spkis.has(s.spki)) };
  const headAt = newestHeads(context.heads);
  const rules = evaluatePolicy(context.policy, standing, { headAt, latest, tolerance: CLOCK_TOLERANCE, trustTakenAt });
  const checks = sortedBy(
    [
      ...facts.checks,
      trustAge(context.trust, latest),
      ...futureTimes(facts, earliest),
      ...splitViews(facts, context.heads),
      ...revocation.checks,
      ...rules.map((r) => r.check)
    ],
    (c) => c.key
  );
  const requirements = sortedBy(
    [
      ...floor(standing, rules),
      ...rules.map((r) => ({
        checks: [r.check.key, ...[...r.basis].sort()],
        id: r.rule.id,
        met: r.check.outcome === "pass"
      }))
    ],
    (r) => r.id
  );
  const countedOut = sortedBy(excuses(checks, rules), (e) => e.check);
  const excused = new Set(countedOut.map((e) => e.check));
  const failed = checks.filter((c) => c.outcome === "fail" && !excused.has(c.key));
  const verdict = failed.length > 0 ? "failed" : requirements.every((r) => r.met) ? "proven" : "unproven";
  return {
    case: digests.case,
    checks,
    code: verdict === "failed" ? headline(failed) : verdict === "unproven" ? "NOT_PROVEN" : null,
    countedOut,
    facts: digests.facts,
    judgeVersion: judged.judgeVersion,
    moment: context.moment,
    requirements,
    trust: {
      ageSeconds: trustTakenAt === null ? null : latest - trustTakenAt,
      basis: context.trust.basis,
      expires: context.trust.expires,
      root: facts.root,
      takenAt: context.trust.takenAt
    },
    v: 1,
    verdict
  };
}
function seconds2(instant2) {
  return parseInstant(instant2);
}
function headline(failed) {
  return SEVERITY.find((code) => failed.some((c) => c.code === code));
}
function floor(facts, rules) {
  const under = (...prefixes) => facts.checks.filter((c) => prefixes.some((p) => c.key === p || c.key.startsWith(`${p}/`)));
  const keys = (checks) => checks.map((c) => c.key);
  const all = (checks) => checks.length > 0 && checks.every((c) => c.outcome === "pass");
  const some = (checks) => checks.some((c) => c.outcome === "pass");
  const evidence = under("evidence");
  const signature = under("signature");
  const signer = under("certificate", "key");
  const subject = under("subject");
  const time = under("validity");
  const identity = rules.filter((r) => "signers" in r.rule.require).map((r) => r.check);
  return [
    { checks: keys(identity), id: "floor/identity", met: some(identity) },
    { checks: keys(evidence), id: "floor/evidence", met: all(evidence) },
    { checks: keys(signature), id: "floor/signature", met: some(signature) },
    { checks: keys(signer), id: "floor/signer", met: all(signer) && facts.signers.length > 0 },
    { checks: keys(subject), id: "floor/subject", met: all(subject) },
    { checks: keys(time), id: "floor/time", met: all(time) }
  ];
}
function excuses(checks, rules) {
  const met = (...kinds) => rules.find((r) => kinds.some((k) => k in r.rule.require) && r.check.outcome === "pass")?.rule.id;
  const signers2 = checks.some((c) => c.outcome === "pass" && c.key.startsWith("signature/")) ? met("signers") : void 0;
  const times = met("time", "timestamp");
  return checks.flatMap(({ key: key2, outcome, reason }) => {
    if (outcome !== "fail" || reason === "timestamp-duplicate") return [];
    const rule = /^(signature|revocation)\//.test(key2) ? signers2 : key2.startsWith("timestamp/") ? times : void 0;
    return rule === void 0 ? [] : [{ check: key2, rule }];
  });
}
function trustAge(trust, latest) {
  const evidence = {
    basis: trust.basis,
    takenAt: trust.takenAt,
    ageSeconds: trust.takenAt === null ? null : latest - seconds2(trust.takenAt),
    expires: trust.expires
  };
  const expired = trust.expires !== null && latest > seconds2(trust.expires);
  return expired ? skip("trust-age", "trust-root-stale", evidence) : pass("trust-age", evidence);
}
function futureTimes(facts, earliest) {
  return facts.times.filter((t) => seconds2(t.at) > earliest + CLOCK_TOLERANCE).map((t) => fail(`future/${t.key}`, "time-in-future", { at: t.at }));
}
function newestHeads(heads) {
  const newest = /* @__PURE__ */ new Map();
  for (const head of heads) newest.set(head.log, Math.max(newest.get(head.log) ?? 0, seconds2(head.at)));
  return newest;
}
function splitViews(facts, heads) {
  return heads.flatMap(
    (head, i) => facts.entries.filter((e) => e.origin === head.log && e.size === head.size).map((e, j) => {
      const evidence = { origin: e.origin, size: e.size, root: e.root, held: head.root };
      const key2 = `head/${String(i)}/${String(j)}`;
      return e.root === head.root ? pass(key2, evidence) : fail(key2, "split-view", evidence);
    })
  );
}
function revoked(facts, revocations, latest) {
  const checks = [];
  const spkis = /* @__PURE__ */ new Set();
  for (const [i, { spki: spki2 }] of facts.signers.entries()) {
    const found = revocations.get(spki2);
    if (found === void 0) continue;
    const effective = seconds2(found.effective);
    const key2 = `revocation/${String(i)}`;
    const evidence = { effective: found.effective, reason: found.reason, spki: spki2 };
    const older = effective > latest || facts.times.some((t) => seconds2(t.at) < effective);
    checks.push(older ? pass(key2, evidence) : fail(key2, "key-revoked", evidence));
    if (!older) spkis.add(spki2);
  }
  return { checks, spkis };
}

// src/judge/judge.ts
var JUDGE_VERSION = "1";
var REMEMBERED = 64;
function createJudge(crypto) {
  const memory = { trusts: /* @__PURE__ */ new Map(), policies: /* @__PURE__ */ new Map(), heads: /* @__PURE__ */ new Map(), revocations: /* @__PURE__ */ new Map() };
  return {
    async judge(closure, cache) {
      const blobs = hashedBlobs(closure, crypto);
      const read = parseCase(closure.case);
      if (!read.ok) return broken("Case", read.error);
      const judged = read.value;
      if (judged.judgeVersion !== JUDGE_VERSION) {
        const detail = { judgeVersion: judged.judgeVersion };
        return err(new StellaError("NOT_COMPARABLE", "the Case asks for another version of the judge", detail));
      }
      const trust = readTrustOf(judged.core, blobs, crypto, memory.trusts);
      if (!trust.ok) return trust;
      const context = readContext(judged, blobs, trust.value, memory);
      if (!context.ok) return context;
      const factsKey = digest(canonicalJson({ core: judged.core, judgeVersion: JUDGE_VERSION }), crypto);
      const evidence = coreBlobs(judged.core, blobs, crypto);
      if (!evidence.ok) return evidence;
      const remembered = await cache?.get(factsKey);
      const known2 = remembered === void 0 ? void 0 : readFacts(remembered);
      const facts = known2 ?? await establishFacts(judged.core, evidence.value, trust.value, crypto);
      const factsText = known2 === void 0 ? printFacts(facts) : remembered;
      if (known2 === void 0) await cache?.put(factsKey, factsText);
      const digests = { case: toHex(crypto.hash("sha256", closure.case)), facts: digest(factsText, crypto) };
      const report = decide(judged, facts, context.value, digests);
      const text2 = printReport(report);
      return ok({ report, text: text2, sha256: digest(text2, crypto), factsKey, cached: known2 !== void 0 });
    }
  };
}
function digest(text2, crypto) {
  return toHex(crypto.hash("sha256", utf8(text2)));
}
function broken(what, fault3) {
  return err(
    new StellaError("CLOSURE_BROKEN", `the ${what} is malformed: ${fault3.reason} at ${fault3.where || "the top"}`)
  );
}
function remember(memory, key2, value) {
  if (memory.size >= REMEMBERED) memory.delete(memory.keys().next().value);
  memory.set(key2, value);
  return value;
}
function coreBlobs(core, blobs, crypto) {
  const evidence = resolve(blobs, core.evidence, "evidence");
  if (!evidence.ok) return evidence;
  let artifact;
  if (core.artifact.bytes !== void 0) {
    const bytes = resolve(blobs, core.artifact.bytes, "artifact");
    if (!bytes.ok) return bytes;
    const other = otherDigest(core.artifact.digests, bytes.value, crypto);
    if (other !== void 0) {
      return err(new StellaError("CLOSURE_BROKEN", `the artifact in the Case has another ${other} than the Case says`));
    }
    if (bytes.value.length <= LIMITS.embeddedArtifactBytes) artifact = bytes.value;
  }
  const logProofs = [];
  for (const ref2 of core.logProofs) {
    const proof = resolve(blobs, ref2, "log proof");
    if (!proof.ok) return proof;
    logProofs.push(proof.value);
  }
  for (const ref2 of core.signerRecords) {
    const found = resolve(blobs, ref2, "signer record");
    if (!found.ok) return found;
  }
  return ok({ evidence: evidence.value, artifact, logProofs });
}
function otherDigest(digests, bytes, crypto) {
  return ["sha256", "sha384", "sha512"].find((hash) => {
    const written = digests[hash];
    if (written === void 0) return hash === "sha256";
    return written !== toHex(crypto.hash(hash, bytes));
  });
}
function readTrustOf(core, blobs, crypto, memory) {
  const bytes = resolve(blobs, core.trust, "trust document");
  if (!bytes.ok) return bytes;
  const known2 = memory.get(core.trust.sha256);
  if (known2 !== void 0) {
    for (const { ref: ref2 } of known2.roots) {
      const there = resolve(blobs, ref2, "trusted root");
      if (!there.ok) return there;
    }
    return ok(known2);
  }
  const prepared = prepareTrust(bytes.value, (ref2) => resolve(blobs, ref2, "trusted root"), crypto);
  return prepared.ok ? ok(remember(memory, core.trust.sha256, prepared.value)) : prepared;
}
function readContext(judged, blobs, trust, memory) {
  const { context } = judged;
  const policy = readBlob(context.policy, "policy", blobs, memory.policies, parseCanonicalPolicy);
  if (!policy.ok) return policy;
  const heads = [];
  for (const ref2 of context.heads) {
    const head = readBlob(ref2, "head", blobs, memory.heads, parseHead);
    if (!head.ok) return head;
    heads.push(head.value);
  }
  const revocations = /* @__PURE__ */ new Map();
  for (const ref2 of context.revocations) {
    const list2 = readBlob(ref2, "revocation list", blobs, memory.revocations, parseRevocationMap);
    if (!list2.ok) return list2;
    for (const [spki2, row] of list2.value) addRevocation(revocations, spki2, row);
  }
  return ok({ trust: trust.document, policy: policy.value, moment: context.moment, heads, revocations });
}
function readBlob(ref2, what, blobs, memory, parse) {
  const bytes = resolve(blobs, ref2, what);
  if (!bytes.ok) return bytes;
  const known2 = memory.get(ref2.sha256);
  if (known2 !== void 0) return ok(known2);
  const parsed = parse(bytes.value);
  return parsed.ok ? ok(remember(memory, ref2.sha256, parsed.value)) : broken(what, parsed.error);
}
function parseCanonicalPolicy(bytes) {
  const parsed = parsePolicy(bytes);
  if (!parsed.ok || printPolicy(parsed.value) === fromUtf8(bytes)) return parsed;
  return err({ reason: "json-invalid", where: "not in canonical form" });
}
function parseRevocationMap(bytes) {
  const parsed = parseRevocations(bytes);
  if (!parsed.ok) return parsed;
  const map = /* @__PURE__ */ new Map();
  for (const row of parsed.value.keys) addRevocation(map, row.spki, row);
  return ok(map);
}
function addRevocation(map, spki2, row) {
  const known2 = map.get(spki2);
  if (known2 === void 0 || row.effective < known2.effective) map.set(spki2, row);
}

// src/judge/retained.ts
var judgeVersion = JUDGE_VERSION;
var cryptoPort = 1;
async function judge(blobs, crypto) {
  const judged = await createJudge(crypto).judge(blobs);
  if (judged.ok) return { report: judged.value.text };
  return { error: { code: judged.error.code, message: judged.error.message } };
}
export {
  cryptoPort,
  judge,
  judgeVersion
};
