import { z } from 'zod';
import { drawingSchema } from './samples';

/** What a person sets before samples are drawn; the contract's limits. */
export const settingsSchema = drawingSchema.pick({
  count: true,
  seed: true,
  temperature: true,
  topK: true,
  topP: true,
  guidance: true,
  rounds: true,
  choice: true,
  choiceTemperature: true,
});
export type Settings = z.infer<typeof settingsSchema>;

/** How samples were made: who reads it can draw them again. */
export const recipeSchema = settingsSchema
  .omit({ count: true, rounds: true, choice: true, choiceTemperature: true })
  .extend({
    /** Present for a prior that draws in rounds, and for no other. */
    rounds: settingsSchema.shape.rounds.unwrap().optional(),
    choice: settingsSchema.shape.choice.unwrap().optional(),
    choiceTemperature: settingsSchema.shape.choiceTemperature.unwrap().optional(),
    prior: z.object({ run: z.string(), name: z.string(), model: z.string(), step: z.number().int() }),
    /** The checkpoint whose codes they are. */
    autoencoder: z.object({ run: z.string(), name: z.string(), step: z.number().int(), weightsHash: z.string() }),
    /** The class that was asked for; null: of none in particular. */
    class: z.object({ label: z.number().int(), name: z.string() }).nullable(),
  });
export type Recipe = z.infer<typeof recipeSchema>;
