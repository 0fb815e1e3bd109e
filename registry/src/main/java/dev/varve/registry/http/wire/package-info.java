/**
 * Exchanges over connections, through Google's HTTP client on top of Apache's: TLS, proxies, and a
 * watchdog that cancels stalled exchanges. {@link dev.varve.registry.http} decides which requests
 * are sent, to which host and how often.
 *
 * <p>A request passes {@code ApacheTransport}; {@code Exchange}, which builds Google's request and
 * hands it to Apache's client; then, on a connection of Apache's pool, {@code Conversation}, which
 * sends the head, lets {@code SentBody} write the body, and receives the response, even an early
 * one. Google's client is the library that the project's owner chose; Apache's below it does what
 * Google's cannot: cancel, reuse connections knowingly, and receive while it sends.
 */
@NullMarked
package dev.varve.registry.http.wire;

import org.jspecify.annotations.NullMarked;
