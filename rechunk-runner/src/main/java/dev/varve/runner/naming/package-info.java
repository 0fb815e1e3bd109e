/**
 * The meaning of tags for publishing: the date of a version, the series of tags that a format
 * makes, and the tag of the image that clients have now. Pure: no I/O, no clock.
 */
@NullMarked
package dev.varve.runner.naming;

import org.jspecify.annotations.NullMarked;
