import { computed, type Ref, type WritableComputedRef } from 'vue'

/** The fields of a form, changed in place: two changes of one moment, such as unit and rows of a pasted table, are both kept. */
export function fieldsOf<Form extends object>(form: Ref<Form>) {
  return <K extends keyof Form>(key: K): WritableComputedRef<Form[K]> =>
    computed({
      get: () => form.value[key],
      set: (value) => {
        form.value[key] = value
      },
    })
}
