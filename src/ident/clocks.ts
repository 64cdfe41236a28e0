/**
 * The clocks of three sides that must agree: the database's, this computer's, and the time zone of the configuration. A
 * server in another zone is noticed here only: IDENT's own times have no offset.
 */
import type { ChangeTime } from "../sync/position.ts";

/** The database's time when it answered, on its own wall clock and in UTC. */
export interface DatabaseClock {
  readonly local: ChangeTime;
  readonly utc: ChangeTime;
}

export interface ClockWarning {
  /** Stands for the reason; never changes. */
  readonly id: string;
  readonly text: string;
}

/** Milliseconds since 1970. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

const TOLERANCE_MINUTES = 5;

const instantOf = (utc: ChangeTime): Temporal.Instant =>
  Temporal.PlainDateTime.from(utc).toZonedDateTime("UTC").toInstant();

/** An offset in minutes as people write it: `UTC+3`, `UTC−3:30`, `UTC`. */
function zoneText(minutes: number): string {
  const whole = Math.abs(Math.round(minutes));
  if (whole === 0) return "UTC";
  const rest = whole % 60 === 0 ? "" : `:${String(whole % 60).padStart(2, "0")}`;
  return `UTC${minutes < 0 ? "−" : "+"}${Math.floor(whole / 60)}${rest}`;
}

/** `28.11.2026 19:00:05` */
const shown = (time: Temporal.PlainDateTime): string =>
  `${time.toPlainDate().toString().split("-").reverse().join(".")} ${
    time.toPlainTime().toString({ smallestUnit: "second" })
  }`;

/** When a visit at 10:00 is, so many minutes later: `12:00`, with its day where that is another one. */
function visitAtTen(minutesLater: number): string {
  const day = new Temporal.PlainDate(2026, 1, 15);
  const moved = day.toPlainDateTime("10:00").add({ minutes: minutesLater });
  const days = day.until(moved.toPlainDate()).days;
  const aside = days === 0 ? "" : days > 0 ? " следующего дня" : " предыдущего дня";
  return `${moved.toPlainTime().toString({ smallestUnit: "minute" })}${aside}`;
}

/**
 * What is to be said of the clocks.
 *
 * @param here this computer's time when it asked and when it had the answer
 * @param timeZone the configured zone
 */
export function clockWarnings({ local, utc }: DatabaseClock, here: Span, timeZone: string): ClockWarning[] {
  const moment = instantOf(utc);
  const warnings: ClockWarning[] = [];
  const ofDatabase = Math.round(moment.until(instantOf(local)).total("minutes"));
  const configured = moment.toZonedDateTimeISO(timeZone).offsetNanoseconds / 60e9;
  if (Math.abs(ofDatabase - configured) > TOLERANCE_MINUTES) {
    warnings.push({
      id: "clock.zone",
      text:
        `Часы сервера базы IDENT идут по поясу ${zoneText(ofDatabase)}, а приёмы переносятся по поясу ${timeZone} ` +
        `(${zoneText(configured)}). Приём в 10:00 на портале окажется в ${
          visitAtTen(ofDatabase - configured)
        } по часам этого сервера. Впишите в [Sync] timezone пояс клиники; если он указан верно, исправьте пояс на сервере базы.`,
    });
  }
  // A slow answer is no wrong clock: what counts is the nearest moment at which it may have been made.
  const near = Math.min(Math.max(moment.epochMilliseconds, here.from), here.to);
  if (Math.abs(moment.epochMilliseconds - near) > TOLERANCE_MINUTES * 60_000) {
    const at = (instant: Temporal.Instant) => shown(instant.toZonedDateTimeISO(timeZone).toPlainDateTime());
    warnings.push({
      id: "clock.drift",
      text:
        `Часы сервера базы IDENT и этого компьютера расходятся: на сервере ${at(moment)}, здесь ${
          at(Temporal.Instant.fromEpochMilliseconds(near))
        } ` +
        `(${timeZone}). Включите на обоих компьютерах синхронизацию времени.`,
    });
  }
  return warnings;
}
