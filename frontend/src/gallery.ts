/** The gallery: every state of the answer panel, for people who work on it. */

document.documentElement.dataset["application"] = "gallery";
