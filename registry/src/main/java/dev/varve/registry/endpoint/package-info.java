/**
 * Sends requests about one repository: builds their addresses, authorizes them by tokens and
 * passwords, and turns a registry's refusals into exceptions.
 */
@NullMarked
package dev.varve.registry.endpoint;

import org.jspecify.annotations.NullMarked;
