/**
 * The commands: each class has its options, calls the product once, and reports. The only place
 * that picks engines and wires credentials.
 */
@NullMarked
package dev.varve.cli.command;

import org.jspecify.annotations.NullMarked;
