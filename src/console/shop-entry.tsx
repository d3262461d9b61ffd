// The entry of the shopper's page. Built with Preact in the place of React: it has to be small.
import { show } from './page.tsx';
import { ShopPage } from './shop/shop-page.tsx';

void show(<ShopPage />);
