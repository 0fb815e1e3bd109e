/**
 * Requests to registries, one at a time: redirects followed with care, failures classified, waited
 * for and tried again, and one throttle for each host. A {@link dev.varve.registry.http.Transport}
 * sends the requests. Nothing here knows what a repository is.
 */
@NullMarked
package dev.varve.registry.http;

import org.jspecify.annotations.NullMarked;
