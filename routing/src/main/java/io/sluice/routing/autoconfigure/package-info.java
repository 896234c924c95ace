/** Spring Boot: everything of this module as beans, from properties. Needs spring-boot-autoconfigure. */
@NullMarked
package io.sluice.routing.autoconfigure;

import org.jspecify.annotations.NullMarked;
