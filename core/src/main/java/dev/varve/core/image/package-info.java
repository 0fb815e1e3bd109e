/**
 * The model of images, independent of their place: the terms of the OCI image specification as
 * immutable values that parse, check and print themselves, and the two small interfaces for reading
 * ({@link dev.varve.core.image.ImageSource}) and writing ({@link dev.varve.core.image.ImageSink})
 * an image.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/spec.md">OCI image
 *     specification</a>
 */
@NullMarked
package dev.varve.core.image;

import org.jspecify.annotations.NullMarked;
