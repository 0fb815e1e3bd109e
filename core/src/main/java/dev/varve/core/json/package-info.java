/**
 * JSON as Varve needs it: documents read field by field with errors that name the field, unknown
 * fields kept, bytes written compactly in the order the fields were put. The only place that knows
 * Gson.
 */
@NullMarked
package dev.varve.core.json;

import org.jspecify.annotations.NullMarked;
