package io.unitcost.samples.webflux;

import io.unitcost.samples.tour.ApplicationContract;
import io.unitcost.samples.tour.Stage;
import io.unitcost.samples.webflux.bikes.BikeShop;

/** The application on Netty. */
class BikeShopTest extends ApplicationContract {

    @Override
    protected Stage start() {
        return Stage.start(new Class<?>[] {BikeShop.class}, provider(), 0);
    }
}
