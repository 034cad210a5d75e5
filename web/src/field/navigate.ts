// Ways out: links that open the phone's map on a place, each in the coordinates
// that map is drawn in. A position of WGS 84 on a map of GCJ-02 is half a
// kilometre off.

import { toBD09, toGCJ02 } from '../kit/shifted';
import type { Point } from '../kit/read';

export type WayOut = Readonly<{ id: 'amap' | 'baidu' | 'geo'; href: string }>;

/** Six decimals are a decimetre. */
const degrees = (v: number) => v.toFixed(6);

export function waysOut(to: Point, name: string): readonly WayOut[] {
  const [gcj, bd] = [toGCJ02(to), toBD09(to)];
  const label = name.replace(/[,|()]/g, ' ');
  const amap = new URL('https://uri.amap.com/navigation');
  amap.search = new URLSearchParams({ to: `${degrees(gcj[0])},${degrees(gcj[1])},${label}`, mode: 'car', coordinate: 'gaode', callnative: '1', src: 'yiping' }).toString();
  const baidu = new URL('https://api.map.baidu.com/marker');
  baidu.search = new URLSearchParams({ location: `${degrees(bd[1])},${degrees(bd[0])}`, title: label, content: label, coord_type: 'bd09ll', output: 'html', src: 'webapp.yiping.field' }).toString();
  const at = `${degrees(to[1])},${degrees(to[0])}`;
  return [
    { id: 'amap', href: amap.href },
    { id: 'baidu', href: baidu.href },
    { id: 'geo', href: `geo:${at}?q=${at}(${encodeURIComponent(label)})` },
  ];
}
