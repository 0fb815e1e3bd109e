/**
 * Reads and writes JSON: documents are read field by field with errors that name the field, unknown
 * fields are preserved, and output is compact with the fields in their order of insertion. The only
 * package that uses Gson.
 */
@NullMarked
package dev.varve.core.json;

import org.jspecify.annotations.NullMarked;
