import { UserError } from "./errors.js";

/** Seconds of a day; Unix time has no leap seconds. */
export const SECONDS_PER_DAY = 86_400;

/** The suite's calendar is UTC+8 all year (Beijing and Hong Kong time), whatever the clock of the machine says. */
export const UTC_OFFSET = 8 * 3_600;

/** Unix seconds, as a chain gives them. */
export type UnixSeconds = number | bigint;

/** A date of the proleptic Gregorian calendar; months and days count from 1. */
export interface CivilDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** The number of the UTC+8 day in which `time` falls; day 0 is 1970-01-01. */
export function dayNumber(time: UnixSeconds): number {
  return Math.floor((Number(time) + UTC_OFFSET) / SECONDS_PER_DAY);
}

/** Unix seconds of 00:00:00 UTC+8 on the day in which `time` falls. */
export function startOfDay(time: UnixSeconds): number {
  return startOfDayNumber(dayNumber(time));
}

/** Unix seconds of 23:59:59 UTC+8 on the day in which `time` falls: the last second of that day. */
export function endOfDay(time: UnixSeconds): number {
  return startOfDay(time) + SECONDS_PER_DAY - 1;
}

/** Unix seconds of 00:00:00 UTC+8 of a day number. */
export function startOfDayNumber(day: number): number {
  return day * SECONDS_PER_DAY - UTC_OFFSET;
}

/** The UTC+8 calendar year in which `time` falls. */
export function yearOf(time: UnixSeconds): number {
  return civilFromDays(dayNumber(time)).year;
}

/**
 * The date of a day number, by Howard Hinnant's civil-from-days algorithm: years start in March, so that the leap day
 * is the last day of an era's year and needs no special case.
 */
export function civilFromDays(dayNumber: number): CivilDate {
  const shifted = dayNumber + 719_468; // days since 0000-03-01
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1_460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}

/** The day number of a date that exists; the inverse of {@link civilFromDays}. */
export function daysFromCivil({ year, month, day }: CivilDate): number {
  const yearFromMarch = month <= 2 ? year - 1 : year;
  const era = Math.floor(yearFromMarch / 400);
  const yearOfEra = yearFromMarch - era * 400;
  const monthFromMarch = month > 2 ? month - 3 : month + 9;
  const dayOfYear = Math.floor((153 * monthFromMarch + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/**
 * The day number of `YYYY-MM-DD`.
 * @throws UserError when the text has another form or the date does not exist (2026-02-29).
 */
export function parseDay(text: string): number {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (match === null) throw new UserError(`"${text}" is not a date: write it as YYYY-MM-DD, such as 2026-01-31.`);
  const [year = 0, month = 0, day = 0] = match.slice(1).map(Number);
  const number = daysFromCivil({ year, month, day });
  if (formatDay(number) !== text) throw new UserError(`"${text}" does not exist in the calendar: check month and day.`);
  return number;
}

/** Unix seconds of 00:00:00 UTC+8 on `YYYY-MM-DD`; throws as {@link parseDay} does. */
export function parseDate(text: string): number {
  return startOfDayNumber(parseDay(text));
}

/** A day number as `YYYY-MM-DD`; years 0000 to 9999. */
export function formatDay(dayNumber: number): string {
  const { year, month, day } = civilFromDays(dayNumber);
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`;
}

/** The UTC+8 date of `time` as `YYYY-MM-DD`. */
export function formatDate(time: UnixSeconds): string {
  return formatDay(dayNumber(time));
}

function pad(value: number, width: number): string {
  return value.toString().padStart(width, "0");
}
