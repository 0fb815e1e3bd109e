/**
 * Exchanges over connections, by Google's HTTP client on Apache's: TLS, proxies, and a watchdog
 * that ends exchanges that are too slow. What is sent where, and how often, is decided in {@link
 * dev.varve.registry.http}.
 */
@NullMarked
package dev.varve.registry.http.wire;

import org.jspecify.annotations.NullMarked;
