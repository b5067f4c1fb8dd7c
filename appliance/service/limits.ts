/** Every bound of the service, by name and unit. They are no part of any verdict; docs/formats/http-api.md shows them. */

/** Bounds of requests and of what is kept. */
export const SERVICE_LIMITS = {
  /** A JSON body, or the part `input` of a form, in bytes. */
  inputBytes: 1024 * 1024,
  /** Nesting of a JSON body. */
  inputDepth: 16,
  /** All headers of a request, in bytes. */
  headerBytes: 16 * 1024,
  /** One uploaded file, in bytes. */
  fileBytes: 4 * 1024 * 1024 * 1024,
  /** All files of a request, in bytes. */
  requestBytes: 8 * 1024 * 1024 * 1024,
  /** Files of a request. */
  requestFiles: 100_000,
  /** The name of an uploaded file, in characters. */
  fileNameLength: 4096,
  /** The folders that the name of an uploaded file leads through, and the file, in parts of its name. */
  fileNameDepth: 64,
  /** All names of the files of a request and of the folders that they lead through, each once, in bytes. */
  fileNamesBytes: 16 * 1024 * 1024,
  /** Headers must have arrived within this time, in milliseconds. */
  headersMs: 10_000,
  /** A body must have arrived within this time, in milliseconds, and what is longer at least at `bodyBytesPerSecond`. */
  bodyMs: 30_000,
  bodyBytesPerSecond: 64 * 1024,
  /** A client of a conversation answers a question within this time, in milliseconds; hashing a file may take longer. */
  answerMs: 300_000,
  digestMs: 6 * 60 * 60 * 1000,
  /**
   * All the time, in milliseconds, for which a conversation waits for answers, hashing left out; what arrives earns more
   * at `bodyBytesPerSecond`. A client that answers each question at the last moment ends here.
   */
  answersMs: 900_000,
  /** A client takes something of its answer within this time, in milliseconds, or its connection is closed. */
  drainMs: 600_000,
  /** Events of an operation that changes the site are kept for a slow reader in memory up to this, in bytes, then on the disk. */
  spoolMemoryBytes: 1024 * 1024,
  /** A connection without a request is closed after this time, in milliseconds. */
  idleMs: 5_000,
  /** Requests over one connection before it is closed. */
  requestsPerConnection: 100_000,
  /** Open connections, on each way in. */
  connections: 256,
  /** Operations that run at once; further ones are refused with SERVICE_UNAVAILABLE. */
  running: 128,
  /** Jobs that run at once. */
  runningJobs: 16,
  /** Of these, operations and jobs of one identity. */
  runsEach: 96,
  jobsEach: 12,
  /** What lies on the disk for the requests of one identity that are under way, in bytes. */
  spooledBytesEach: 16 * 1024 * 1024 * 1024,
  /** What requests leave free on the disk, in bytes: the site commits with it. */
  reservedBytes: 256 * 1024 * 1024,
  /** Jobs that are kept. */
  jobs: 1000,
  /** Ended jobs are kept for this time, in milliseconds. */
  jobMs: 7 * 24 * 60 * 60 * 1000,
  /** Requests of one identity in a minute, on TCP. */
  requestsPerMinute: 6000,
  /** What runs when the service is stopped has this time to end, in milliseconds, before it is interrupted. */
  graceMs: 5_000,
} as const

/** The bounds as a service has them; tests choose smaller ones. */
export type ServiceLimits = { readonly [name in keyof typeof SERVICE_LIMITS]: number }
