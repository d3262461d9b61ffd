// The shops' catalogues as the bot uses them, kept for some minutes. Asks through the Commerce port, within a bound; without an answer a shop has an empty shelf.
import type { Commerce, Product } from '../commerce/commerce.ts';
import type { ShopId } from '../contract/conversation.ts';
import { compileGoods, type GoodsWords } from '../understanding/goods-words.ts';
import { withDeadline } from './deadline.ts';
import { EMPTY_SHELF, type Shelf } from './decision.ts';

export interface StockedShelf extends Shelf {
  words: GoodsWords;
}

export interface Shelves {
  /** Never throws and never waits longer than its bound. */
  of(shopId: ShopId): Promise<StockedShelf>;
}

const KEPT_MS = 5 * 60_000;
/** After a failure the next message does not have to wait for the same failure. */
const TRY_AGAIN_MS = 30_000;
const BOUND_MS = 1_000;

const EMPTY: StockedShelf = { ...EMPTY_SHELF, words: compileGoods([]) };

export function stockShelf(products: readonly Product[]): StockedShelf {
  const byName = new Map(
    products.flatMap((product) => [[product.title, product] as const, [product.id, product] as const]),
  );
  return { products, product: (name) => byName.get(name), words: compileGoods(products.map(toGoods)) };
}

const toGoods = ({ title, names, colours, sizes }: Product) => ({
  title,
  colours,
  sizes,
  ...(names === undefined ? {} : { names }),
});

export function createShelves(commerce: Pick<Commerce, 'products'>): Shelves {
  const kept = new Map<ShopId, { shelf: StockedShelf; until: number }>();
  const loading = new Map<ShopId, Promise<StockedShelf>>();

  /** Keeps what was there when the shop's system fails. */
  async function load(shopId: ShopId): Promise<StockedShelf> {
    try {
      const shelf = stockShelf(await commerce.products(shopId));
      kept.set(shopId, { shelf, until: Date.now() + KEPT_MS });
      return shelf;
    } catch {
      const shelf = kept.get(shopId)?.shelf ?? EMPTY;
      kept.set(shopId, { shelf, until: Date.now() + TRY_AGAIN_MS });
      return shelf;
    } finally {
      loading.delete(shopId);
    }
  }

  return {
    async of(shopId) {
      const known = kept.get(shopId);
      if (known !== undefined && known.until > Date.now()) return known.shelf;
      const fresh = loading.get(shopId) ?? load(shopId);
      loading.set(shopId, fresh);
      // an old catalogue now is better than a new one later
      if (known !== undefined) return known.shelf;
      return withDeadline(fresh, BOUND_MS, () => new Error('late')).catch(() => {
        loading.delete(shopId);
        kept.set(shopId, { shelf: EMPTY, until: Date.now() + TRY_AGAIN_MS });
        return EMPTY;
      });
    },
  };
}
