/** For Spring: transactions that read from replicas. Needs spring-r2dbc. */
@NullMarked
package io.sluice.routing.spring;

import org.jspecify.annotations.NullMarked;
