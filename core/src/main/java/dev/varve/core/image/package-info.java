/**
 * What an image is, wherever it lies: the nouns of the OCI image specification as immutable values
 * that parse, check and print themselves, and the two small interfaces through which an image is
 * read ({@link dev.varve.core.image.ImageSource}) and written ({@link
 * dev.varve.core.image.ImageSink}).
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/spec.md">OCI image
 *     specification</a>
 */
@NullMarked
package dev.varve.core.image;

import org.jspecify.annotations.NullMarked;
