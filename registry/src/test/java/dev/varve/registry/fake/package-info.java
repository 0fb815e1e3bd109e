/**
 * A registry in this JVM that speaks the OCI distribution protocol over plain HTTP, with logins to
 * ask for and faults to switch on. It does what the specification says and is strict about what it
 * takes; each {@link dev.varve.registry.fake.Quirk} is a way in which some registry out there does
 * otherwise, each {@link dev.varve.registry.fake.Fault} something that goes wrong with one request.
 *
 * <p>Start reading at {@link dev.varve.registry.fake.FakeRegistry}. Below it: {@code HttpServer}
 * and {@code Connection} (sockets, so that a connection can break at any byte), {@code Routes} and
 * its parts (the protocol), {@code Store} (what is there), {@link dev.varve.registry.fake.Access}
 * (who may).
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md">OCI:
 *     distribution specification</a>
 */
@NullMarked
package dev.varve.registry.fake;

import org.jspecify.annotations.NullMarked;
