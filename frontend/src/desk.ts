/** The desk of a pick-up point: what its people open in the morning and leave open all day. */

import { DirectSubmitter } from "./api/commands.ts";
import { AcceptanceDesk, acceptanceTask } from "./desk/acceptance/acceptance_desk.ts";
import { home, type Task } from "./desk/home.ts";
import { lookupScreen, OrderLookup } from "./desk/order_lookup.ts";
import { Frame, type Screen } from "./shell/frame.ts";
import { Router } from "./shell/router.ts";
import { type Shell, start } from "./shell/start.ts";
import { _ } from "./shell/words.ts";

function open(shell: Shell): void {
  const frame = new Frame(shell, () => router.go("/"));
  const lookup = new OrderLookup((answer) => frame.answer(answer));
  const scanned = (code: string): void => void lookup.find(code);
  const acceptance = new AcceptanceDesk({
    point: shell.place.point,
    submitter: new DirectSubmitter(),
    open: (screen) => frame.open(screen),
    show: (answer) => frame.answer(answer),
    go: (path) => router.go(path),
  });
  const tasks: readonly Task[] = [
    acceptanceTask(),
    {
      code: "F4",
      title: _("Find an order"),
      about: _("Where it is, and what to do with it"),
      path: "/orders",
    },
  ];
  const router = new Router<() => Screen>(
    shell.place.base,
    [
      { path: "/", screen: () => () => home(tasks, (path) => router.go(path), scanned) },
      ...acceptance.routes(),
      {
        path: "/orders",
        screen: () => () => lookupScreen(scanned),
      },
      {
        path: "/orders/{number}",
        screen:
          ({ number = "" }) =>
          () => {
            queueMicrotask(() => scanned(number));
            return lookupScreen(scanned);
          },
      },
    ],
    (screen) => frame.open(screen()),
  );
  router.start();
}

void start(open);
