/**
 * Trusted Types: the only way from text to a script that the browser runs.
 *
 * The content security policy allows the policy of this name, and a page can use a name once.
 */

/** Where the program serves what was bundled, and nothing that anybody has sent. */
const BUNDLES = /^\/bundles\/[\w.-]+\.js$/;

interface ScriptRules {
  createScriptURL(address: string): string;
}

interface TrustedTypes {
  createPolicy(name: string, rules: ScriptRules): ScriptRules;
}

let policy: ScriptRules | undefined;

/** Return the address of a bundled script as one that a worker may be started from. */
export function ownScript(address: string): string {
  policy ??= made();
  return policy.createScriptURL(address);
}

function made(): ScriptRules {
  const rules: ScriptRules = {
    createScriptURL(address) {
      if (!BUNDLES.test(address)) throw new TypeError(address);
      return address;
    },
  };
  const { trustedTypes } = globalThis as { readonly trustedTypes?: TrustedTypes };
  return trustedTypes?.createPolicy("gotovo", rules) ?? rules;
}
