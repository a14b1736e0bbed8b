/** The desk of a pick-up point: what its people open in the morning and leave open all day. */

import { recognise } from "./codes/forms.ts";
import { AcceptanceDesk, acceptanceTask } from "./desk/acceptance/acceptance_desk.ts";
import { type DeskServices, openServices } from "./desk/desk_services.ts";
import { DeskVisits } from "./desk/handover/desk_visits.ts";
import { HandoverScreen } from "./desk/handover/handover_screen.ts";
import { KeptMarks } from "./desk/handover/kept_marks.ts";
import { home, type Task } from "./desk/home.ts";
import { lookupScreen, OrderLookup } from "./desk/order_lookup.ts";
import { shiftScreen, shiftState } from "./desk/shift.ts";
import { Frame, type Screen } from "./shell/frame.ts";
import { Router } from "./shell/router.ts";
import { type Shell, start } from "./shell/start.ts";
import { _ } from "./shell/words.ts";

function open(shell: Shell): void {
  const services = openServices(shell.place.point ?? "");
  const frame = new Frame(shell, () => router.go("/"));
  const router = routes(shell, services, frame);
  router.start();
  void askForShift(shell, services, frame, router);
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
    submitter: services.submitter,
    open: (screen) => frame.open(screen),
    show: answer,
    go: (path) => router.go(path),
  });
  const found = (code: string): void => void lookup.find(code); // The latest scan counts.
  const scanned = (code: string): Promise<void> | void => {
    if (recognise(code).kind !== "pickup_qr") return found(code);
    router.go("/handover");
    return handover.scanned(code);
  };
  const go = (path: string): void => router.go(path);
  const router = new Router<() => Screen>(
    shell.place.base,
    [
      { path: "/", screen: () => () => home(tasks(), go, scanned) },
      ...acceptance.routes(),
      { path: "/handover", screen: () => () => handover.screen() },
      { path: "/orders", screen: () => () => lookupScreen(found) },
      {
        path: "/orders/{number}",
        screen:
          ({ number = "" }) =>
          () => {
            queueMicrotask(() => found(number));
            return lookupScreen(found);
          },
      },
    ],
    (screen) => frame.open(screen()),
  );
  return router;
}

/** A clerk begins the shift before anything else: without one the server refuses every step. */
async function askForShift(
  { place }: Shell,
  services: DeskServices,
  frame: Frame,
  router: Router<() => Screen>,
): Promise<void> {
  if (place.role !== "point" || !services.point || place.personId === undefined) return;
  if ((await shiftState(services, place.personId)) !== "none") return;
  frame.open(
    shiftScreen(
      services,
      (answer) => frame.answer(answer),
      () => router.start(),
    ),
  );
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
  ];
}

void start(open);
