/**
 * What tags mean to who publishes: a version's date, the series that one format makes, and which
 * tag has the image that clients have now. Pure: no I/O, no clock.
 */
@NullMarked
package dev.varve.runner.naming;

import org.jspecify.annotations.NullMarked;
