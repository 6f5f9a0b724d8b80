package io.unitcost.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says which feature pays for what a method does: a controller's handler method, or any method of a bean, such as a scheduled job or
 * a message listener. On a class it holds for its public methods; a method's own goes before.
 *
 * <p>Inside a request that has no feature yet, this names it. Without a request, the method is one: it is delivered when it
 * returns, or when what it returned has completed ({@code Mono}, {@code Flux}, {@code CompletionStage}), and failed when it throws.
 * Inside a request that has a feature it changes nothing: one request, one feature.
 *
 * <p>Works where Spring can stand in front of a bean: not for calls within an object, and not for final classes. Handler methods of
 * final controllers are named all the same when their request ends.
 */
@Documented
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
public @interface AiFeature {

    /**
     * The feature's name. With features under {@code unitcost.features}, one of them: the application does not start with another
     * one, which is most likely misspelt.
     */
    String value();
}
