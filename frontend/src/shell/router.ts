/** The router: an address of the application leads to a screen, and back leads back. */

export interface Route<Screen> {
  /** Below the application's own address; a segment in braces matches any text. */
  readonly path: string;
  readonly screen: (parameters: Readonly<Record<string, string>>) => Screen;
}

/** Return the screen of an address; the first route is that of every unknown one. */
export function screenAt<Screen>(
  routes: readonly [Route<Screen>, ...Route<Screen>[]],
  path: string,
): Screen {
  for (const route of routes) {
    const parameters = matched(route.path, path);
    if (parameters !== undefined) return route.screen(parameters);
  }
  return routes[0].screen({});
}

function matched(pattern: string, path: string): Record<string, string> | undefined {
  const [wanted, given] = [segmentsOf(pattern), segmentsOf(path)];
  if (wanted.length !== given.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, segment] of wanted.entries()) {
    const text = given[index] ?? "";
    if (segment.startsWith("{")) parameters[segment.slice(1, -1)] = text;
    else if (segment !== text) return undefined;
  }
  return parameters;
}

function segmentsOf(path: string): string[] {
  return path.split("/").filter(Boolean).map(decoded);
}

/** A broken address leads to the first screen, as any unknown one. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** Opens screens in one window, without loading the document again. */
export class Router<Screen> {
  readonly #base: string;
  readonly #routes: readonly [Route<Screen>, ...Route<Screen>[]];
  readonly #open: (screen: Screen) => void;

  /** `base` is the application's own address, as "/desk". */
  constructor(
    base: string,
    routes: readonly [Route<Screen>, ...Route<Screen>[]],
    open: (screen: Screen) => void,
  ) {
    this.#base = base;
    this.#routes = routes;
    this.#open = open;
    addEventListener("popstate", () => this.start());
  }

  /** Open the screen of the address that the window shows. */
  start(): void {
    this.#open(screenAt(this.#routes, location.pathname.slice(this.#base.length)));
  }

  /** Go to an address below the application's own. */
  go(path: string): void {
    const address = this.#base + (path === "/" ? "" : path);
    if (address !== location.pathname) history.pushState(null, "", address);
    this.start();
  }
}
