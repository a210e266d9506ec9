/** The road-user classes Pantau counts, in the order in which they are always written. */
export const ROAD_USER_CLASSES = ['person', 'bicycle', 'motorcycle', 'car', 'bus', 'truck'] as const;

/** One road-user class. Names are COCO's. */
export type RoadUserClass = (typeof ROAD_USER_CLASSES)[number];

/** People are crowd, vehicles are traffic; a track never changes its group. */
export type ClassGroup = 'people' | 'vehicles';

/** All classes but `person`. */
export const VEHICLE_CLASSES = ['bicycle', 'motorcycle', 'car', 'bus', 'truck'] as const;

/** The group a class is tracked and counted in. */
export function classGroup(roadUserClass: RoadUserClass): ClassGroup {
  return roadUserClass === 'person' ? 'people' : 'vehicles';
}

/** Narrows a model's label to a class Pantau counts. */
export function isRoadUserClass(label: string): label is RoadUserClass {
  return (ROAD_USER_CLASSES as readonly string[]).includes(label);
}

/** A record with one entry per class, in the canonical order. */
export function perClass<T>(value: (roadUserClass: RoadUserClass) => T): Record<RoadUserClass, T> {
  return Object.fromEntries(ROAD_USER_CLASSES.map((name) => [name, value(name)])) as Record<RoadUserClass, T>;
}

/** The classes of these groups, in the canonical order. */
export function classesOf(groups: readonly ClassGroup[]): readonly RoadUserClass[] {
  return ROAD_USER_CLASSES.filter((name) => groups.includes(classGroup(name)));
}
