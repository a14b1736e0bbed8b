/**
 * Sounds: a clerk hears how a scan went without looking. They differ in rhythm and not in pitch
 * alone, because a hall is loud and a tablet's loudspeaker small.
 */

export type Sound = "ok" | "attention" | "error";

/** One note: when it begins and how long it lasts, in milliseconds, and its pitch in hertz. */
export interface Note {
  readonly startMs: number;
  readonly lengthMs: number;
  readonly hertz: number;
  readonly wave: OscillatorType;
}

/** One short high note; two rising ones; three low and rough ones. */
export const NOTES: Readonly<Record<Sound, readonly Note[]>> = {
  ok: [{ startMs: 0, lengthMs: 90, hertz: 1320, wave: "sine" }],
  attention: [
    { startMs: 0, lengthMs: 120, hertz: 660, wave: "triangle" },
    { startMs: 170, lengthMs: 180, hertz: 880, wave: "triangle" },
  ],
  error: [
    { startMs: 0, lengthMs: 160, hertz: 220, wave: "square" },
    { startMs: 220, lengthMs: 160, hertz: 220, wave: "square" },
    { startMs: 440, lengthMs: 320, hertz: 165, wave: "square" },
  ],
};

const VOLUME = 0.25;
/** A note that stops at once clicks. */
const FADE_SECONDS = 0.015;

let context: AudioContext | undefined;

/** Play a sound; a browser is silent until somebody has touched the page or pressed a key. */
export function play(sound: Sound): void {
  if (!("AudioContext" in globalThis)) return;
  context ??= new AudioContext();
  const now = context.currentTime;
  if (context.state === "suspended") void context.resume();
  for (const note of NOTES[sound]) sing(context, note, now + note.startMs / 1000);
}

function sing(audio: AudioContext, note: Note, startsAt: number): void {
  const endsAt = startsAt + note.lengthMs / 1000;
  const oscillator = new OscillatorNode(audio, { type: note.wave, frequency: note.hertz });
  const volume = new GainNode(audio, { gain: 0 });
  volume.gain.setValueAtTime(0, startsAt);
  volume.gain.linearRampToValueAtTime(VOLUME, startsAt + FADE_SECONDS);
  volume.gain.setValueAtTime(VOLUME, endsAt - FADE_SECONDS);
  volume.gain.linearRampToValueAtTime(0, endsAt);
  oscillator.connect(volume).connect(audio.destination);
  oscillator.start(startsAt);
  oscillator.stop(endsAt);
}
