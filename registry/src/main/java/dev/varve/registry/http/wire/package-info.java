/**
 * Exchanges over connections, through Google's HTTP client on top of Apache's: TLS, proxies, and a
 * watchdog that cancels stalled exchanges. {@link dev.varve.registry.http} decides which requests
 * are sent, to which host and how often.
 */
@NullMarked
package dev.varve.registry.http.wire;

import org.jspecify.annotations.NullMarked;
