/** The desk of a pick-up point: what its people open in the morning and leave open all day. */

document.documentElement.dataset["application"] = "desk";
