/** The site as its users hold it: views over one open database. */
import { StellaError } from "../../src/kernel/errors.ts"
import type { KeyValue } from "../../src/kernel/ports.ts"
import { attempt } from "./attempt.ts"
import { AUDIT_SUBLEVEL, auditKey, auditLog, type AuditHead, type FrozenAudit } from "./audit-log.ts"
import { BLOB_SUBLEVEL, blobStore } from "./blob-store.ts"
import { assertContent, type Commits } from "./commit.ts"
import { committedRows, indexKey, type CommittedRows } from "./committed-rows.ts"
import type { Database } from "./database.ts"
import { EVIDENCE_SUBLEVEL, evidenceStore } from "./evidence-store.ts"
import { FACTS_SUBLEVEL, factsCache } from "./facts-cache.ts"
import { GENERATION_SUBLEVEL, generationStore } from "./generation-store.ts"
import { INDEX_SUBLEVEL, IndexReader } from "./index-reader.ts"
import { REPORT_SUBLEVEL, reportStore } from "./report-store.ts"
import type { Site, SitePorts } from "./site.ts"
import { openStage } from "./stage.ts"

/** Puts the views together. */
export function openedSite(
  directory: string,
  { crypto, factsMac }: SitePorts,
  database: Database,
  index: IndexReader,
  commits: Commits,
): Site {
  const rows = (sublevel: string): CommittedRows =>
    committedRows(sublevel, database.sublevel(sublevel), index, crypto, commits)

  const kv = (sublevel: string): KeyValue => {
    const content = database.sublevel(sublevel)
    return {
      get: key => content.get(key),
      getMany: keys => content.getMany(keys),
      entries: range => content.entries(range),
      async batch(changes, options) {
        assertContent(sublevel)
        await database.batch([{ sublevel, changes }], options)
      },
    }
  }

  const { storeId, siteId } = commits.row
  const blobs = blobStore(kv(BLOB_SUBLEVEL), crypto)
  const auditHead = (): AuditHead => ({ n: commits.row.records, sha256: commits.row.audit })
  const freezeAudit = async (): Promise<FrozenAudit> =>
    commits.between(() => {
      const { root } = commits
      const then = database.snapshot()
      const nodes = new IndexReader(then.sublevel(INDEX_SUBLEVEL), crypto)
      return Promise.resolve({
        head: auditHead(),
        content: then.sublevel(AUDIT_SUBLEVEL),
        expected: n => nodes.find(root, indexKey(AUDIT_SUBLEVEL, auditKey(n))),
        close: () => then.close(),
      })
    })
  const audit = auditLog(rows(AUDIT_SUBLEVEL), crypto, freezeAudit, auditHead)

  async function close(): Promise<void> {
    await commits.stop()
    await database.close()
  }

  return {
    directory,
    storeId,
    siteId,
    get epoch() {
      return commits.row.epoch
    },
    get commitNumber() {
      return commits.row.commit
    },
    get failure() {
      return commits.failure
    },
    evidence: evidenceStore(rows(EVIDENCE_SUBLEVEL), blobs),
    reports: reportStore(rows(REPORT_SUBLEVEL), blobs),
    audit,
    generations: generationStore(rows(GENERATION_SUBLEVEL), blobs),
    facts: factsCache(kv(FACTS_SUBLEVEL), crypto, () => factsMac(storeId)),
    blobs,
    rows,
    kv,
    write: (changes, options) =>
      attempt(async () => {
        for (const { sublevel } of changes) assertContent(sublevel)
        await database.batch(changes, options)
      }),
    stage(sublevel, isCommitted) {
      if (sublevel === BLOB_SUBLEVEL) throw new StellaError("INTERNAL", "blobs are content")
      return openStage(sublevel, kv(sublevel), rows(sublevel), isCommitted)
    },
    commit: (changes, by) => commits.commit(changes, by),
    between: work => commits.between(work),
    close,
    [Symbol.asyncDispose]: close,
  }
}
