/**
 * Instants as our documents write them: RFC 3339 in UTC with `Z` and whole seconds, in the years 0000 to 9999, such as
 * `2026-01-02T03:04:05Z`. The calendar is computed here and not by the host's date parser, whose leniency differs
 * between hosts. Seconds are POSIX seconds: there are no leap seconds.
 */

/** Epoch seconds of 0000-01-01T00:00:00Z, the first instant that can be written. */
export const FIRST_INSTANT_SECONDS = -62_167_219_200

/** Epoch seconds of 9999-12-31T23:59:59Z, the last instant that can be written. */
export const LAST_INSTANT_SECONDS = 253_402_300_799

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const

/**
 * Epoch seconds of a civil time in UTC (months and days from 1), or undefined when there is no such second. Any NaN
 * among the parts gives undefined.
 */
export function civilSeconds(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
): number | undefined {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  const days = month === 2 && leap ? 29 : (DAYS[month - 1] ?? 0)
  // Written so that NaN, which is in no order with anything, is refused.
  const exists = year >= 0 && day >= 1 && day <= days && hour <= 23 && minute <= 59 && second <= 59
  return exists ? daysFromCivil(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second : undefined
}

/** Days since 1970-01-01 in the proleptic Gregorian calendar, counted in years that start in March. */
function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}

/** The number that `length` ASCII digits at `at` write, or NaN. */
function digits(written: string, at: number, length: number): number {
  let value = 0
  for (let i = at; i < at + length; i++) {
    const digit = written.charCodeAt(i) - 0x30
    if (digit < 0 || digit > 9) return NaN
    value = 10 * value + digit
  }
  return value
}

/** Epoch seconds of an RFC 3339 UTC instant with whole seconds, or undefined for any other text. */
export function parseInstant(written: string): number | undefined {
  const punctuated =
    written.length === 20 &&
    written[4] === "-" &&
    written[7] === "-" &&
    written[10] === "T" &&
    written[13] === ":" &&
    written[16] === ":" &&
    written[19] === "Z"
  if (!punctuated) return undefined
  return civilSeconds(
    digits(written, 0, 4),
    digits(written, 5, 2),
    digits(written, 8, 2),
    digits(written, 11, 2),
    digits(written, 14, 2),
    digits(written, 17, 2),
  )
}

/**
 * RFC 3339 UTC form of epoch seconds; a fraction of a second is dropped. Every parser of a time refuses what lies
 * outside the years 0000 to 9999; were such a number to come here all the same, the nearest instant that can be written
 * stands for it: a text that `parseInstant` reads comes out in every case. NaN, which no parser gives, prints as the
 * first instant.
 */
export function printInstant(epochSeconds: number): string {
  const writable = epochSeconds >= FIRST_INSTANT_SECONDS ? epochSeconds : FIRST_INSTANT_SECONDS
  const seconds = Math.floor(Math.min(writable, LAST_INSTANT_SECONDS))
  const days = Math.floor(seconds / 86_400)
  const rest = seconds - days * 86_400
  const z = days + 719_468
  const era = Math.floor(z / 146_097)
  const dayOfEra = z - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const mp = Math.floor((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.floor((153 * mp + 2) / 5) + 1
  const month = mp < 10 ? mp + 3 : mp - 9
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  const two = (n: number) => String(n).padStart(2, "0")
  const time = `${two(Math.floor(rest / 3600))}:${two(Math.floor((rest % 3600) / 60))}:${two(rest % 60)}`
  return `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}T${time}Z`
}
