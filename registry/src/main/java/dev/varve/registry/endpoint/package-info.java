/**
 * Requests about one repository: their addresses, the tokens and passwords that authorize them, and
 * what a registry's refusals mean.
 */
@NullMarked
package dev.varve.registry.endpoint;

import org.jspecify.annotations.NullMarked;
