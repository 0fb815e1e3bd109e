/**
 * A registry in this JVM that speaks the OCI distribution protocol over plain HTTP, with optional
 * logins and faults. It follows the specification and is strict about requests. Each {@link
 * dev.varve.registry.fake.Quirk} is a deviation of some real registry, each {@link
 * dev.varve.registry.fake.Fault} the failure of one request.
 *
 * <p>Start reading at {@link dev.varve.registry.fake.FakeRegistry}. Below it: {@code HttpServer}
 * and {@code Connection} (sockets, because a connection must be able to break at any byte), {@code
 * Routes} and its parts (the protocol), {@code Store} (the contents), {@link
 * dev.varve.registry.fake.Access} (logins and rights).
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md">OCI:
 *     distribution specification</a>
 */
@NullMarked
package dev.varve.registry.fake;

import org.jspecify.annotations.NullMarked;
