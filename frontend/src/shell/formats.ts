/** Sums and times as people write them, in the language of the page and the zone of the point. */

import { spokenLanguage } from "./words.ts";

let zone: string | undefined;

/** Show times in the zone of the point, whatever the clock of the device is set to. */
export function showTimesIn(timeZone: string | undefined): void {
  zone = timeZone;
}

/** Return a sum of minor units; each currency has its own number of digits. */
export function sum(money: { readonly amount: number; readonly currency: string }): string {
  const format = new Intl.NumberFormat(spokenLanguage(), {
    style: "currency",
    currency: money.currency,
  });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(money.amount / 10 ** digits);
}

/** Return an instant as a day and a time: "22 Nov, 14:05". */
export function moment(instant: string): string {
  return new Intl.DateTimeFormat(spokenLanguage() === "ru" ? "ru" : "en-GB", {
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    timeZone: zone,
  }).format(new Date(instant));
}

/** Return the time of the point's clock: "14:05". */
export function clockTime(now: Date): string {
  return new Intl.DateTimeFormat("en-GB", {
    hour: "2-digit",
    minute: "2-digit",
    timeZone: zone,
  }).format(now);
}
