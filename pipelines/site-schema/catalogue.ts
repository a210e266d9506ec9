/** What catalogues are told: where a camera stands, why it may look, who answers for the data. */
import { z } from 'zod';
import { between, strict } from './checks.ts';
import { email, name, phrase, url } from './texts.ts';

const kecamatanRule = 'allowed is the Kemendagri code, "33.74.01" to "33.74.16" in Semarang';
/** Where a camera stands: road and region can be known without coordinates. All of it is published. */
export const location = strict({
  lat: between(-90, 90, ' degrees').exactOptional(),
  lon: between(-180, 180, ' degrees').exactOptional(),
  road: name.exactOptional(),
  kecamatan: z
    .string({ error: kecamatanRule })
    .regex(/^(?!33\.74\.)\d{2}\.\d{2}\.\d{2}$|^33\.74\.(0[1-9]|1[0-6])$/, kecamatanRule)
    .exactOptional(),
}).superRefine(({ lat, lon }, context) => {
  if ((lat === undefined) === (lon === undefined)) return;
  const [missing, given] = lat === undefined ? ['lat', 'lon'] : ['lon', 'lat'];
  const message = `allowed is a number beside ${given}, or neither of the two`;
  context.addIssue({ code: 'custom', path: [missing], message });
});

/** Why a camera may be analysed, and who answers for it (UU 27/2022). All of it is published. */
export const notice = strict({
  purpose: phrase.exactOptional(),
  legalBasis: phrase.exactOptional(),
  hasSignage: z.boolean({ error: 'allowed is true or false' }).exactOptional(),
  dpiaReference: phrase.exactOptional(),
  contact: phrase.exactOptional(),
});

const organisationIdRule = 'allowed are a-z, 0-9 and dash, 2 to 64, for example "dishub-semarang"';
/** Who produces the data, as catalogues name it. All of it is published. */
export const publisher = strict({
  id: z.string({ error: organisationIdRule }).regex(/^[a-z0-9-]{2,64}$/, organisationIdRule),
  name,
  url: url('http', 'https').exactOptional(),
  email: email.exactOptional(),
  telephone: name.exactOptional(),
  fax: name.exactOptional(),
  address: phrase.exactOptional(),
  echelon1: name.exactOptional(),
  echelon2: name.exactOptional(),
  responsible: name.exactOptional(),
});
