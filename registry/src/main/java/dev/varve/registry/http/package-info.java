/**
 * An HTTP client for registries: follows safe redirects, classifies failures, waits and retries,
 * and limits the requests to each host. A {@link dev.varve.registry.http.Transport} sends the
 * requests. This package does not depend on the distribution protocol.
 */
@NullMarked
package dev.varve.registry.http;

import org.jspecify.annotations.NullMarked;
