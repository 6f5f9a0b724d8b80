package io.unitcost.servlet;

import jakarta.servlet.ServletContainerInitializer;

/** A servlet container in this process, on a free port. */
interface Container {

    /** Where it sends errors. */
    String ERROR_PAGE = "/error";

    /** Starts with this application and few threads, and returns the port. May be called again after a stop. */
    int start(ServletContainerInitializer application) throws Exception;

    /** Stops, after the requests that are under way. Without effect if it is not running. */
    void stop() throws Exception;
}
