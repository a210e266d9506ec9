/** The map's place in the page; Leaflet comes in a script of its own, after the list is readable. */
import { useEffect, useRef } from 'preact/hooks';
import type { MapLayers } from '../../../api/map-layers.ts';
import type { CityMap as DrawnMap, MapContent } from './leaflet-map.ts';

export function CityMap(props: { content: MapContent; label: string; onChoose: (id: string) => void }) {
  const holder = useRef<HTMLElement>(null);
  const drawn = useRef<DrawnMap>(null);
  const latest = useRef(props);
  latest.current = props;
  useEffect(() => {
    let isLeft = false;
    const start = async () => {
      const [{ createCityMap }, config] = await Promise.all([import('./leaflet-map.ts'), readConfig()]);
      if (isLeft) return;
      drawn.current = createCityMap(holder.current!, config, (id) => latest.current.onChoose(id));
      drawn.current.show(latest.current.content);
    };
    void start();
    return () => {
      isLeft = true;
      drawn.current?.remove();
      drawn.current = null;
    };
  }, []);
  useEffect(() => drawn.current?.show(props.content), [props.content]);
  return <section class="map" ref={holder} aria-label={props.label} />;
}

/** Without a readable file the map has its own base layer only. */
async function readConfig(): Promise<MapLayers> {
  try {
    const response = await fetch('map.json');
    return response.ok ? ((await response.json()) as MapLayers) : {};
  } catch {
    return {};
  }
}
