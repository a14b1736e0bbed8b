/** The queue as a page has it, for `tests/browser/test_command_queue.py`. */

import { command } from "../../src/api/commands.ts";
import { openQueue, QueueSubmitter } from "../../src/queue/submitter.ts";

declare global {
  interface Window {
    /** Submit a shelving and return what became of it, within so many milliseconds. */
    submit(number: string, index: number, answerMs: number): Promise<string>;
    /** Return the states of all commands of this device, in order. */
    states(): string[];
  }
}

const queue = await openQueue();

window.submit = async (number, index, answerMs) => {
  const submitter = new QueueSubmitter(queue, answerMs);
  const outcome = await submitter.submit(
    command(`/orders/${number}/shelving`, { index }, new Date()),
  );
  return outcome.kind;
};

window.states = () => {
  let states: string[] = [];
  queue.follow((entries) => {
    states = entries.map((each) => each.state);
  })();
  return states;
};
document.title = "ready";
