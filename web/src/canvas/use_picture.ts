/** A picture for a component: loaded once, kept while it is shown. */
import { useEffect, useState } from "react";

import { loadPicture } from "./picture";
import type { Picture } from "./picture";

interface Loaded {
  address: string;
  picture: Picture | null;
  failed: boolean;
}

/** The picture at an address; null while it loads, and `failed` where there is none. */
export function usePicture(address: string, load: (address: string) => Promise<Picture> = loadPicture): { picture: Picture | null; failed: boolean } {
  const [loaded, setLoaded] = useState<Loaded>({ address: "", picture: null, failed: false });
  useEffect(() => {
    let wanted = true;
    const done = (picture: Picture | null): void => {
      if (wanted) setLoaded({ address, picture, failed: picture === null });
    };
    load(address).then(done, () => done(null));
    return () => {
      wanted = false;
    };
  }, [address, load]);
  // The picture of the address before must not stand under the marks of this one.
  return loaded.address === address ? loaded : { picture: null, failed: false };
}
