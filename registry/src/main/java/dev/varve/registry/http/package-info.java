/**
 * Requests to registries, one at a time: over Google's HTTP client on Apache's, with TLS and
 * proxies as configured, redirects followed with care, failures classified, waited for and tried
 * again, and one throttle for each host. Nothing here knows what a repository is.
 */
@NullMarked
package dev.varve.registry.http;

import org.jspecify.annotations.NullMarked;
