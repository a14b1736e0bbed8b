/** Who works where: what the document says of the person who opened it. */

export interface Place {
  /** The application's own address and its name for a person. */
  readonly base: string;
  readonly title: string;
  readonly person: string;
  readonly role: string;
  /** The id of the person, where somebody is signed in. */
  readonly personId?: string;
  /** The pick-up point, where the person works at one. */
  readonly point?: string;
  readonly pointTitle?: string;
  readonly zone?: string;
}

/** Return what the attributes of the body say. */
export function readPlace(body: HTMLElement): Place {
  const { application = "", title = "", person = "", role = "" } = body.dataset;
  const { point, pointTitle, zone, personId } = body.dataset;
  return {
    base: `/${application}`,
    title,
    person,
    role,
    ...(personId === undefined ? {} : { personId }),
    ...(point === undefined ? {} : { point }),
    ...(pointTitle === undefined ? {} : { pointTitle }),
    ...(zone === undefined ? {} : { zone }),
  };
}
