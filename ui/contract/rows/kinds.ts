/** What most rows of the list have in common, in the words of `Operation`. A row that differs says so itself. */

/** Changes nothing, and answers with one document. */
export const SHOWS = { answers: "document", changesState: false, twoPersons: false } as const

/** Changes nothing, and answers with events as they come. */
export const STREAMS = { answers: "events", changesState: false, twoPersons: false } as const

/** Changes the site, and answers with one document. */
export const CHANGES = { answers: "document", changesState: true, twoPersons: false } as const

/** Changes the site by long work, and answers with events as they come. */
export const WORKS = { answers: "events", changesState: true, twoPersons: false } as const
