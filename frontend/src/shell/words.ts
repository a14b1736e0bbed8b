/**
 * The sentences of the screens: English in the code, translated by the program's own catalogue.
 *
 * The program sends a language's translations as one file, made from the same `ru.po` as every
 * page. The build lists what is marked with `_`, `pgettext` and `ngettext`: the arguments have to
 * be string literals in double quotes. (Babel, which checks the list, loses its way in a regular
 * expression with a slash in brackets.)
 */

/** A language of the screens, as in the `lang` of the page. */
export type Language = "en" | "ru";

/** Values of the fields of a sentence, as in "{number} parcels". */
export type Values = Readonly<Record<string, string | number>>;

/** What the program sends: each sentence with its translation, or with one form for each plural. */
export type Catalogue = Readonly<Record<string, string | readonly string[]>>;

/** Between a context and its sentence, as gettext stores them. */
const CONTEXT_END = "\u0004";

/** The Russian forms in the order of `ru.po`: "1 посылка", "2 посылки", "5 посылок". */
const RUSSIAN_FORMS: readonly string[] = ["one", "few", "many"];

let language: Language = "en";
let catalogue: Catalogue = {};
let plurals = new Intl.PluralRules(language);

/** Take the language of the page, with the translations that the program sent for it. */
export function speak(newLanguage: Language, translations: Catalogue): void {
  language = newLanguage;
  catalogue = translations;
  plurals = new Intl.PluralRules(language);
}

/** Return the language that is spoken. */
export function spokenLanguage(): Language {
  return language;
}

/** Return the sentence in the language of the page, with its fields filled. */
export function _(sentence: string, values: Values = {}): string {
  return fill(single(sentence, sentence), values);
}

/** Return a short text that means several things in English, told apart by its context. */
export function pgettext(context: string, sentence: string, values: Values = {}): string {
  return fill(single(context + CONTEXT_END + sentence, sentence), values);
}

/** Return the form of the sentence for a number, which it may hold as `{number}`. */
export function ngettext(one: string, many: string, number: number, values: Values = {}): string {
  const forms = catalogue[one];
  const chosen = Array.isArray(forms)
    ? (forms[RUSSIAN_FORMS.indexOf(plurals.select(number))] ?? forms.at(-1))
    : plurals.select(number) === "one"
      ? one
      : many;
  return fill(chosen, { number, ...values });
}

function single(key: string, sentence: string): string {
  const found = catalogue[key];
  return typeof found === "string" ? found : sentence;
}

/** A value that is missing is an error and not a hole in a sentence. */
function fill(sentence: string, values: Values): string {
  return sentence.replaceAll(/\{(\w+)\}/g, (_field, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`"${sentence}" has no value for ${name}`);
    return String(value);
  });
}
