package io.unitcost.samples.mvc;

import io.unitcost.samples.mvc.bikes.BikeShop;
import io.unitcost.samples.tour.ApplicationContract;
import io.unitcost.samples.tour.Stage;

/** The application on Tomcat. */
class BikeShopTest extends ApplicationContract {

    @Override
    protected Stage start() {
        return Stage.start(new Class<?>[] {BikeShop.class}, provider(), 0);
    }
}
