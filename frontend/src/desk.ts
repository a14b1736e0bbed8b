/** The desk of a pick-up point: what its people open in the morning and leave open all day. */

import { Commands } from "./api/commands.ts";
import { recognise } from "./codes/forms.ts";
import { AcceptanceDesk, acceptanceTask } from "./desk/acceptance/acceptance_desk.ts";
import { ApprovalsScreen, flagText } from "./desk/approvals/approvals_screen.ts";
import { ApprovalsWatch } from "./desk/approvals/approvals_watch.ts";
import { BoxesDesk, boxesTask } from "./desk/boxes/boxes_desk.ts";
import { type DeskServices, openServices } from "./desk/desk_services.ts";
import { DeskVisits } from "./desk/handover/desk_visits.ts";
import { HandoverScreen } from "./desk/handover/handover_screen.ts";
import { KeptMarks } from "./desk/handover/kept_marks.ts";
import { home, type Task } from "./desk/home.ts";
import { LabelPrinter, printLabel } from "./desk/labels/parcel_label.ts";
import { lookupScreen, OrderLookup } from "./desk/order_lookup.ts";
import {
  isChoosing,
  keepChosen,
  placeAt,
  readChosen,
  stillThere,
} from "./desk/points/chosen_point.ts";
import { PointChoice } from "./desk/points/point_choice.ts";
import { ReturnsDesk, returnsTask } from "./desk/returns/returns_desk.ts";
import { ShelfDesk, shelfTask } from "./desk/shelf/shelf_desk.ts";
import { shiftScreen, shiftState } from "./desk/shift.ts";
import { latestShift } from "./desk/shifts/resources.ts";
import { ShiftDesk, shiftTask } from "./desk/shifts/shift_desk.ts";
import { TodayDesk, todayTask } from "./desk/today/today_desk.ts";
import type { Answer } from "./shell/answer.ts";
import { showTimesIn } from "./shell/formats.ts";
import { Frame, type Screen } from "./shell/frame.ts";
import { Router } from "./shell/router.ts";
import { type Shell, start } from "./shell/start.ts";
import { _ } from "./shell/words.ts";

/** A manager decides from home, and looks at reports, without being at work. */
const NEEDS_NO_SHIFT = /^\/(?:shift|approvals|today)(?:\/|$)/;

/** Who has no point of their own chooses one for this device; everybody else begins at once. */
async function open(shell: Shell): Promise<void> {
  if (!isChoosing(shell.place)) return openAt(shell);
  const stored = readChosen(localStorage);
  const chosen = stored && (await stillThere(stored));
  if (chosen === undefined) return choosePoint(shell);
  showTimesIn(chosen.zone);
  const place = placeAt(shell.place, chosen);
  openAt({ ...shell, place }, (desk) => void changePoint(desk));
}

/** Everything that the screens of the desk are made from. */
interface Desk {
  readonly shell: Shell;
  readonly services: DeskServices;
  readonly frame: Frame;
  readonly router: Router<() => Screen>;
}

function openAt(shell: Shell, change?: (desk: Desk) => void): void {
  const services = openServices(shell.place.point ?? "");
  const frame = new Frame(shell, () => router.go("/"), {
    tryPrinter: () => printLabel({ parcel: "52239418720701", cell: "54-35" }),
    ...(change ? { changePlace: () => change(desk) } : {}),
  });
  const router = routes(shell, services, frame);
  const desk = { shell, services, frame, router };
  router.start();
  void askForShift(desk);
}

/** Ask for the point of this device; the desk opens anew at the one that is chosen. */
function choosePoint(shell: Shell, desk?: Desk): void {
  const frame = desk?.frame ?? new Frame(shell, () => {});
  const choice = new PointChoice({
    network: openServices("").network,
    frame,
    show: (answer) => frame.answer(answer),
    chosen: (point) => {
      keepChosen(localStorage, point);
      location.assign(shell.place.base);
    },
    ...(desk ? { back: () => desk.router.start() } : {}),
  });
  void choice.open();
}

/** Whoever is at work here stays here: the shift ends first. */
async function changePoint(desk: Desk): Promise<void> {
  const { shell, services, frame, router } = desk;
  const { personId, point = "" } = shell.place;
  if (personId !== undefined && (await shiftState(services, personId)) === "open") {
    router.go("/shift");
    queueMicrotask(() => frame.answer(shiftEndsFirst(point)));
  } else choosePoint(shell, desk);
}

function routes(shell: Shell, services: DeskServices, frame: Frame): Router<() => Screen> {
  const answer = frame.answer.bind(frame);
  const lookup = new OrderLookup(services, answer);
  const handover = new HandoverScreen(
    services,
    new DeskVisits(services, new KeptMarks(localStorage)),
    answer,
  );
  const acceptance = new AcceptanceDesk({
    point: shell.place.point,
    commands: new Commands(services.submitter, services.clock),
    open: (screen) => frame.open(screen),
    show: answer,
    go: (path) => router.go(path),
    printer: new LabelPrinter(() => shell.preferences.chosen.labels),
  });
  const boxes = new BoxesDesk({
    point: shell.place.point,
    commands: new Commands(services.submitter, services.clock),
    open: (screen) => frame.open(screen),
    show: answer,
    go: (path) => router.go(path),
  });
  const shelf = new ShelfDesk({
    point: shell.place.point,
    commands: new Commands(services.submitter, services.clock),
    open: (screen) => frame.open(screen),
    show: answer,
    go: (path) => router.go(path),
  });
  const returns = new ReturnsDesk({
    services,
    open: (screen) => frame.open(screen),
    show: answer,
    go: (path) => router.go(path),
  });
  const shift = new ShiftDesk({
    services,
    person: shell.place.personId,
    open: (screen) => frame.open(screen),
    show: answer,
    go: (path) => router.go(path),
    left: () => location.assign("/staff/sign-in?next=/desk"),
  });
  const today = new TodayDesk({
    services,
    open: (screen) => frame.open(screen),
    show: answer,
    go: (path) => router.go(path),
  });
  const watch = new ApprovalsWatch(services);
  const approvals = new ApprovalsScreen({
    services,
    person: shell.place.personId,
    watch,
    show: answer,
    back: () => router.go("/shift"),
  });
  if (services.point) {
    watch.follow((waiting) =>
      frame.flag(flagText(waiting, shell.place.personId), () => router.go("/approvals")),
    );
    watch.start();
  }
  // The latest scan counts.
  const found: Screen["scanned"] = (code, { source }) => void lookup.find(code, source === "typed");
  const scanned: Screen["scanned"] = (code, scan) => {
    if (recognise(code).kind !== "pickup_qr") return found(code, scan);
    router.go("/handover");
    return handover.scanned(code);
  };
  const go = (path: string): void => router.go(path);
  const router = new Router<() => Screen>(
    shell.place.base,
    [
      { path: "/", screen: () => () => home(tasks(), go, scanned) },
      ...acceptance.routes(),
      ...boxes.routes(),
      ...returns.routes(),
      ...shelf.routes(),
      ...shift.routes(),
      ...today.routes(),
      { path: "/approvals", screen: () => () => approvals.screen() },
      { path: "/handover", screen: () => () => handover.screen() },
      { path: "/orders", screen: () => () => lookupScreen(found) },
      {
        path: "/orders/{number}",
        screen:
          ({ number = "" }) =>
          () => {
            queueMicrotask(() => void lookup.find(number, true));
            return lookupScreen(found);
          },
      },
    ],
    (screen) => frame.open(screen()),
  );
  return router;
}

/** A clerk begins the shift before anything else: without one the server refuses every step. */
async function askForShift({ shell, services, frame, router }: Desk): Promise<void> {
  const { base, role, personId } = shell.place;
  if (role !== "point" || !services.point || personId === undefined) return;
  if (NEEDS_NO_SHIFT.test(location.pathname.slice(base.length))) return;
  if ((await shiftState(services, personId)) !== "none") return;
  const before = await latestShift(services, personId);
  frame.open(
    shiftScreen(
      services,
      (answer) => frame.answer(answer),
      () => router.start(),
      () => router.go("/shift"),
      before,
    ),
  );
}

function shiftEndsFirst(point: string): Answer {
  return {
    tone: "error",
    title: _("You are at work here"),
    detail: _("Point {point}", { point }),
    next: _("End your shift (F2) before you choose another point."),
  };
}

function tasks(): readonly Task[] {
  return [
    acceptanceTask(),
    {
      code: "F3",
      title: _("Hand over"),
      about: _("To a buyer who is here"),
      path: "/handover",
    },
    {
      code: "F4",
      title: _("Find an order"),
      about: _("Where it is, and what to do with it"),
      path: "/orders",
    },
    returnsTask(),
    boxesTask(),
    shelfTask(),
    todayTask(),
    shiftTask(),
  ];
}

void start((shell) => void open(shell));
